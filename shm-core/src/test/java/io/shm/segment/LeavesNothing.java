package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** After a test there is no file, mapping, descriptor or child process that was not there before. */
final class LeavesNothing implements BeforeEachCallback, AfterEachCallback {
    /** What the names of all segments of these tests begin with: others use the folder at the same time. */
    static final String PREFIX = "shm-test-" + ProcessHandle.current().pid() + "-";

    private static final int MOST_COLLECTIONS = 200;

    private Set<String> before = Set.of();

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        before = traces();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        Set<String> left = left();
        // Only the collector knows when a mapping of the JDK can go.
        for (int i = 0; i < MOST_COLLECTIONS && !left.isEmpty(); i++) {
            System.gc();
            left = left();
        }
        assertThat(left).as("left behind").isEmpty();
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .as("children left behind")
                .isEmpty();
    }

    private Set<String> left() throws IOException {
        Set<String> left = traces();
        left.removeAll(before);
        return left;
    }

    private static Set<String> traces() throws IOException {
        Set<String> traces = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(SegmentPath.MEMORY_FOLDER)) {
            for (Path file : files) {
                if (isOurs(file.toString())) {
                    traces.add("file " + file);
                }
            }
        }
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                String target = linkOf(descriptor);
                if (isOurs(target)) {
                    traces.add("descriptor " + descriptor + " of " + target);
                }
            }
        }
        for (MapsLine line : MapsLine.ofProcess(ProcessHandle.current().pid())) {
            if (line.shared() && isOurs(line.path())) {
                traces.add("mapping " + line);
            }
        }
        return traces;
    }

    private static boolean isOurs(String path) {
        return path.contains(PREFIX) || path.contains("/memfd:shm.");
    }

    private static String linkOf(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
