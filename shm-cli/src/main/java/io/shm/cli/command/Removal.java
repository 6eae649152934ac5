package io.shm.cli.command;

import io.shm.cli.machine.SystemVFiles;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.error.BusyException;
import io.shm.error.CorruptRegionException;
import io.shm.error.IncompatibleException;
import io.shm.error.ShmException;
import io.shm.inspect.Identity;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.ProcessInfo;
import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.inspect.ProcessRow;
import io.shm.inspect.RegionSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * What removing a region would do, found out without doing it.
 *
 * @param path of the file
 * @param bytes that go with it
 * @param blocks that processes hold; -1 where the region cannot be read
 * @param attached processes; -1 if unknown
 * @param problem empty, or why it cannot be read as a region
 */
record Removal(String region, String path, long bytes, long blocks, int attached, String problem) {
    private static final Path MEMORY_FOLDER = Path.of("/dev/shm");

    /** @throws BusyException if it would be refused, with what would be said then */
    static Removal of(String region, boolean force) {
        try (Inspector inspector = Regions.open(region)) {
            Picture picture = inspector.picture();
            Identity identity = picture.identity();
            if (identity.copy()) {
                throw new BusyException(
                        identity.path() + " is a copy of a region: nothing removed. It is a file as any other: rm it");
            }
            int attached = attached(region, picture, force);
            return new Removal(region, identity.path(), identity.mapped(), picture.blocks(), attached, "");
        } catch (IncompatibleException | CorruptRegionException damaged) {
            return ofDamaged(region, force, damaged);
        }
    }

    private static int attached(String region, Picture picture, boolean force) {
        StringBuilder who = new StringBuilder();
        int alive = 0;
        for (ProcessRow row : picture.processes()) {
            ProcessInfo process = row.process();
            if (process.state() == Liveness.ALIVE || process.state() == Liveness.LOCK_LOST) {
                alive++;
                who.append(who.length() == 0 ? "" : ", ").append(process.pid());
                who.append(process.name().isEmpty() ? "" : " " + process.name());
            }
        }
        if (alive > 0 && !force) {
            throw new BusyException(region + " has " + Numbers.counted(alive, "live process") + " (" + who
                    + "). Nothing removed. --force removes the name only");
        }
        return alive;
    }

    /** A damaged region can be removed, somebody else's file cannot: it is not in the list of what is ours. */
    private static Removal ofDamaged(String region, boolean force, ShmException damaged) {
        Path file = file(region);
        if (file == null || file.getParent() == null || !Files.isDirectory(file.getParent())) {
            throw damaged;
        }
        for (RegionSummary summary : Inspector.list(file.getParent())) {
            if (summary.path().equals(file.toString())) {
                if (summary.attached() > 0 && !force) {
                    throw new BusyException(region + " has " + Numbers.counted(summary.attached(), "live process")
                            + ". Nothing removed. --force removes the name only");
                }
                return new Removal(region, summary.path(), summary.mapped(), -1, summary.attached(), summary.problem());
            }
        }
        throw damaged;
    }

    /** Null where the reference leads to no file. */
    private static Path file(String region) {
        try {
            if (region.startsWith("sysv:")) {
                return SystemVFiles.of(Place.parse(region.substring("sysv:".length())));
            }
            return region.indexOf('/') < 0
                    ? MEMORY_FOLDER.resolve(region)
                    : Path.of(region).toAbsolutePath();
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /** In words: {@code orders: /dev/shm/orders, 64 MiB, 3 blocks in use, no process attached}. */
    String what() {
        StringBuilder what = new StringBuilder(region).append(": ");
        if (!path.equals(region)) {
            what.append(path).append(", ");
        }
        what.append(Numbers.sizeInWords(bytes));
        if (blocks >= 0) {
            what.append(", ")
                    .append(blocks == 0 ? "no blocks" : Numbers.counted(blocks, "block"))
                    .append(" in use");
        }
        if (attached >= 0) {
            what.append(", ")
                    .append(attached == 0 ? "no process" : Numbers.counted(attached, "process"))
                    .append(" attached");
        }
        return what.append(problem.isEmpty() ? "" : " (" + problem + ")").toString();
    }

    void write(Json json) throws IOException {
        json.field("path", path).field("bytes", bytes);
        if (blocks >= 0) {
            json.field("blocks", blocks);
        }
        if (attached >= 0) {
            json.field("attached", attached);
        }
        json.field("problem", problem.isEmpty() ? null : problem);
    }
}
