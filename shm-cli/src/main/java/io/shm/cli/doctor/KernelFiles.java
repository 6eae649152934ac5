package io.shm.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files in which the kernel tells about itself. What cannot be read is empty: then it is not known. */
final class KernelFiles {
    private final Path root;

    /** @param root {@code /}, or a folder with files of the same names */
    KernelFiles(Path root) {
        this.root = root;
    }

    List<String> lines(String path) {
        try {
            return Files.readAllLines(at(path));
        } catch (IOException | RuntimeException unreadable) {
            return List.of();
        }
    }

    /** The first line; empty where there is none. */
    String line(String path) {
        List<String> lines = lines(path);
        return lines.isEmpty() ? "" : lines.get(0).strip();
    }

    String link(String path) {
        try {
            return Files.readSymbolicLink(at(path)).toString();
        } catch (IOException | RuntimeException unreadable) {
            return "";
        }
    }

    /** The options of the mount that a folder is on, of the form {@code rw,nosuid,size=64k}; empty if unknown. */
    String mountOptions(Path folder) {
        String best = "";
        String options = "";
        for (String line : lines("proc/self/mounts")) {
            String[] fields = line.split(" ");
            if (fields.length >= 4 && folder.startsWith(fields[1]) && fields[1].length() >= best.length()) {
                best = fields[1];
                options = fields[3];
            }
        }
        return options;
    }

    private Path at(String path) {
        return root.resolve(path);
    }
}
