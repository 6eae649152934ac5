package io.shm.segment;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** The classes that a child needs, where every user may read them. */
final class ReadableClassPath {
    private ReadableClassPath() {}

    /** Copies our own classes, and with {@code jna} the one library that they use; returns a class path. */
    static String copyTo(Path folder, boolean jna) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            Path from = Path.of(entry);
            String name = from.getFileName().toString();
            // Ours are folders, or the jar that is tested.
            if (Files.isDirectory(from) || name.startsWith("shm-") || (jna && name.startsWith("jna-"))) {
                Path to = folder.resolve(entries.size() + "-" + name);
                copy(from, to);
                entries.add(to.toString());
            }
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return String.join(":", entries);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes facts) throws IOException {
                Path made = Files.createDirectories(to.resolve(from.relativize(directory)));
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes facts) throws IOException {
                Path copied = Files.copy(file, file.equals(from) ? to : to.resolve(from.relativize(file)));
                Files.setPosixFilePermissions(copied, PosixFilePermissions.fromString("rw-r--r--"));
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
