package io.shm.cli.command;

import io.shm.inspect.Inspector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that verbs write themselves. */
final class Targets {
    private Targets() {}

    /** The file that -o names, for verbs that have nothing to say without one. */
    static Path named(Session session, String verb, String what) {
        Path file = session.file();
        if (file == null) {
            throw new UsageException(verb + ": -o FILE says where the " + what + " goes");
        }
        return file;
    }

    /** @throws UsageException if the file is a folder, lies in none, or is the region itself */
    static void check(Path file, Inspector inspector) throws IOException {
        if (Files.isDirectory(file)) {
            throw new UsageException("-o " + file + " is a directory; a file is needed");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UsageException("-o " + file + ": there is no folder " + folder);
        }
        Path region = Path.of(inspector.identity().path());
        if (Files.exists(file) && Files.exists(region) && Files.isSameFile(file, region)) {
            throw new UsageException("-o " + file + " is the region itself");
        }
    }
}
