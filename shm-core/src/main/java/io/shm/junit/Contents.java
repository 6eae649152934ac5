package io.shm.junit;

import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is in a region at one time: its blocks in use but for the pinned ones, by handle, and how many faults. */
record Contents(String region, Map<Long, BlockRow> blocks, long faults) {
    static final Contents NOTHING = new Contents("", Map.of(), 0);

    /** Of blocks and lines of code so many are told. */
    private static final int MOST_LINES = 20;

    static Contents of(String reference) {
        Map<Long, BlockRow> blocks = new LinkedHashMap<>();
        try (Inspector inspector = Inspector.open(reference)) {
            inspector.blocks(row -> !row.pinned(), row -> blocks.put(row.handle(), row));
            return new Contents(reference, blocks, inspector.picture().faults());
        }
    }

    /** @throws AssertionError with the report, if there are blocks that were not there before, or more faults */
    void failIfMoreThan(Contents before) {
        Map<String, long[]> left = new LinkedHashMap<>();
        long count = 0;
        long bytes = 0;
        for (BlockRow row : blocks.values()) {
            if (!before.blocks.containsKey(row.handle())) {
                long[] sums = left.computeIfAbsent(
                        row.state() + (row.tag().isEmpty() ? "" : ", tag " + row.tag()) + ", allocated at "
                                + row.site(),
                        line -> new long[2]);
                sums[0]++;
                sums[1] += row.size();
                count++;
                bytes += row.size();
            }
        }
        long newFaults = faults - before.faults;
        if (count == 0 && newFaults <= 0) {
            return;
        }
        StringBuilder report = new StringBuilder("the test has left ");
        if (count > 0) {
            report.append(counted(count, "block")).append(" of ").append(counted(bytes, "byte"));
        }
        if (newFaults > 0) {
            report.append(count > 0 ? " and " : "").append(counted(newFaults, "fault"));
        }
        report.append(" in region ").append(region);
        left.entrySet().stream()
                .limit(MOST_LINES)
                .forEach(entry -> report.append("\n  ")
                        .append(counted(entry.getValue()[0], "block"))
                        .append(" of ")
                        .append(counted(entry.getValue()[1], "byte"))
                        .append(": ")
                        .append(entry.getKey()));
        if (left.size() > MOST_LINES) {
            report.append("\n  and ").append(left.size() - MOST_LINES).append(" lines of code more");
        }
        throw new AssertionError(report.toString());
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
