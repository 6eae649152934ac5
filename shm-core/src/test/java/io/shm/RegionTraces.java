package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Names of regions that no other test uses; after each test there is no file of one and no child process. */
final class RegionTraces implements AfterEachCallback {
    private static final String PREFIX = "shm-region-" + ProcessHandle.current().pid() + "-";

    /** A region's name. */
    static String name(String which) {
        return PREFIX + which;
    }

    static Picture picture(String name) {
        try (Inspector inspector = Inspector.open(name)) {
            return inspector.picture();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        StringBuilder left = new StringBuilder();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/dev/shm"))) {
            for (Path file : files) {
                if (file.getFileName().toString().contains(PREFIX)) {
                    left.append(file).append(' ');
                    Files.delete(file);
                }
            }
        }
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .as("children left behind")
                .isEmpty();
        assertThat(left.toString()).as("left behind").isEmpty();
    }
}
