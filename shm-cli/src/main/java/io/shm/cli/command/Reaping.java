package io.shm.cli.command;

import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Owners;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Text;
import io.shm.error.BusyException;
import io.shm.inspect.Identity;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.ProcessInfo;
import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.inspect.ProcessRow;
import java.io.IOException;
import java.util.List;

/**
 * What reaping would do, found out without doing it.
 *
 * @param dead those who would be reaped, with what they hold
 * @param policy of the region: what becomes of their blocks
 */
record Reaping(String region, String policy, List<ProcessRow> dead) {
    /**
     * @param pid whom alone it is about; null for all
     * @throws BusyException for a copy, and if the one it is about is alive
     */
    static Reaping of(String region, Integer pid) {
        try (Inspector inspector = Regions.open(region)) {
            Picture picture = inspector.picture();
            Identity identity = picture.identity();
            if (identity.copy()) {
                throw new BusyException(
                        identity.path() + " is a copy of a region: nothing reaped, nobody there is alive or dead");
            }
            List<ProcessRow> asked = picture.processes().stream()
                    .filter(row -> pid == null || row.process().pid() == pid)
                    .toList();
            List<ProcessRow> dead = asked.stream()
                    .filter(row -> row.process().state() == Liveness.DEAD)
                    .toList();
            if (pid != null && dead.isEmpty() && !asked.isEmpty()) {
                throw new BusyException(refusal(asked.get(0).process()));
            }
            return new Reaping(region, identity.policy(), dead);
        }
    }

    private static String refusal(ProcessInfo process) {
        return switch (process.state()) {
            case LOCK_LOST ->
                Owners.named(process) + " has lost its lock, but it is there: nothing reaped. End it first";
            case UNKNOWN -> "nobody knows from here whether " + Owners.named(process) + " is alive: nothing reaped";
            default -> Owners.named(process) + " is alive: nothing reaped";
        };
    }

    boolean isEmpty() {
        return dead.isEmpty();
    }

    long blocks() {
        return dead.stream().mapToLong(ProcessRow::blocks).sum();
    }

    long bytes() {
        return dead.stream().mapToLong(ProcessRow::bytes).sum();
    }

    /** In words: {@code 4713 risk: 82 blocks, 335,872 bytes}. */
    static String what(ProcessRow row) {
        String name = Text.safe(row.process().name());
        return row.process().pid() + (name.isEmpty() ? "" : " " + name) + ": " + Numbers.counted(row.blocks(), "block")
                + ", " + Numbers.counted(row.bytes(), "byte");
    }

    /** What becomes of the blocks. */
    String fate() {
        return switch (policy) {
            case "free" -> "freed";
            case "adopt" -> "kept as orphans, for whoever adopts them";
            default -> "kept as orphans";
        };
    }

    void write(Json json) throws IOException {
        json.field("policy", policy)
                .field("blocks", blocks())
                .field("bytes", bytes())
                .key("processes")
                .array();
        for (ProcessRow row : dead) {
            RowJson.processRow(json, row);
        }
        json.endArray();
    }
}
