package io.shm.segment;

import io.shm.error.NotFoundException;
import io.shm.error.PermissionException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The memory without a name that a process has open or mapped, as {@code /proc} shows it to those who may look. */
final class ProcessFiles {
    private static final Path PROC = Path.of("/proc");

    private ProcessFiles() {}

    /**
     * A file of a process.
     *
     * @param link what to open to reach it
     * @param target what the link says, whoever reads it
     */
    record OpenFile(long pid, Path link, String target) {
        /** How a user names it; of a mapping without a descriptor, the process. */
        String reference() {
            boolean isDescriptor = link.getParent().endsWith("fd");
            return "pid:" + pid + (isDescriptor ? "/" + link.getFileName() : "");
        }

        String refusal(Access access) {
            if (!link.getParent().endsWith("fd")) {
                return "cannot attach " + reference() + ": its hand-over descriptor is closed, only root may";
            }
            String mode = "?";
            String owner = "?";
            try {
                mode = String.format(Locale.ROOT, "%04o", FileFacts.behind(link).mode());
                owner = Files.getOwner(link).getName();
            } catch (IOException e) {
                // The process is gone, or is not ours to look into.
            }
            return "cannot " + (access == Access.READ_WRITE ? "write " : "read ") + reference() + ": mode " + mode
                    + ", owner " + owner + ", you are " + System.getProperty("user.name", "?");
        }
    }

    static Path ownLink(int descriptor) {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    static String targetOf(Path link) throws IOException {
        return Files.readSymbolicLink(link).toString();
    }

    static boolean exists(long pid) {
        return Files.exists(PROC.resolve(Long.toString(pid)));
    }

    static NotFoundException noProcess(long pid) {
        return new NotFoundException("no region 'pid:" + pid + "': there is no process " + pid);
    }

    /**
     * The region that a reference names.
     *
     * @throws NotFoundException if there is none, or more than one and no number was given
     * @throws PermissionException if the system does not let us look into the process
     */
    static OpenFile find(References.OfProcess reference) {
        long pid = reference.pid();
        if (!exists(pid)) {
            throw noProcess(pid);
        }
        try {
            return reference.descriptor() >= 0 ? byNumber(reference) : only(regionsOf(pid), pid);
        } catch (IOException e) {
            if (Refusal.isPermission(e)) {
                throw new PermissionException(User.refusal("read", descriptorsOf(pid)), e);
            }
            throw noProcess(pid);
        }
    }

    private static OpenFile byNumber(References.OfProcess reference) throws IOException {
        List<OpenFile> regions = openRegionsOf(reference.pid());
        Path link = descriptorsOf(reference.pid()).resolve(Integer.toString(reference.descriptor()));
        return regions.stream()
                .filter(region -> region.link().equals(link))
                .findFirst()
                .orElseThrow(
                        () -> new NotFoundException("no region 'pid:" + reference.pid() + "/" + reference.descriptor()
                                + "': descriptor " + reference.descriptor() + " of process " + reference.pid()
                                + " is not one. There: " + references(regions)));
    }

    private static OpenFile only(List<OpenFile> regions, long pid) throws IOException {
        if (regions.size() > 1) {
            throw new NotFoundException("no region 'pid:" + pid + "': process " + pid + " has " + regions.size()
                    + " regions without a name. Near: " + references(regions));
        }
        if (regions.size() == 1) {
            return regions.get(0);
        }
        List<OpenFile> mapped = mappedRegionsOf(pid);
        if (mapped.size() != 1) {
            throw new NotFoundException("no region 'pid:" + pid + "': process " + pid + " has "
                    + (mapped.isEmpty() ? "none" : mapped.size() + ", all with their hand-over descriptors closed"));
        }
        return mapped.get(0);
    }

    private static String references(List<OpenFile> regions) {
        return regions.isEmpty()
                ? "none"
                : regions.stream().map(OpenFile::reference).collect(Collectors.joining(", "));
    }

    /** One for each region that the process has open: it may have several descriptors of one. */
    static List<OpenFile> regionsOf(long pid) throws IOException {
        Map<String, OpenFile> byTarget = new LinkedHashMap<>();
        for (OpenFile file : openRegionsOf(pid)) {
            byTarget.putIfAbsent(file.target(), file);
        }
        return List.copyOf(byTarget.values());
    }

    private static List<OpenFile> openRegionsOf(long pid) throws IOException {
        return openFilesOf(pid).stream()
                .filter(file -> Nameless.nonceOf(file.target(), Nameless.REGION) != null)
                .toList();
    }

    /** @throws NotFoundException if the process has closed it */
    static OpenFile lockOf(OpenFile region) throws IOException {
        String nonce = Nameless.nonceOf(region.target(), Nameless.REGION);
        for (OpenFile file : openFilesOf(region.pid())) {
            if (nonce.equals(Nameless.nonceOf(file.target(), Nameless.LOCK))) {
                return file;
            }
        }
        throw new NotFoundException("no region '" + region.reference() + "': its lock file was closed just now");
    }

    private static List<OpenFile> openFilesOf(long pid) throws IOException {
        List<OpenFile> files = new ArrayList<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptorsOf(pid))) {
            for (Path link : links) {
                try {
                    files.add(new OpenFile(pid, link, targetOf(link)));
                } catch (NoSuchFileException e) {
                    // Closed meanwhile.
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }

    private static Path descriptorsOf(long pid) {
        return PROC.resolve(Long.toString(pid)).resolve("fd");
    }

    /** Regions that the process has mapped, open or not; only root may follow these links. */
    private static List<OpenFile> mappedRegionsOf(long pid) throws IOException {
        Path process = PROC.resolve(Long.toString(pid));
        Map<String, OpenFile> byTarget = new LinkedHashMap<>();
        for (MapsLine line : MapsLine.ofProcess(pid)) {
            if (line.offset() == 0 && Nameless.nonceOf(line.path(), Nameless.REGION) != null) {
                Path link = process.resolve("map_files").resolve(line.range());
                byTarget.putIfAbsent(line.path(), new OpenFile(pid, link, line.path()));
            }
        }
        return List.copyOf(byTarget.values());
    }
}
