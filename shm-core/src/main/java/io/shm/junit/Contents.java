package io.shm.junit;

import io.shm.inspect.BlockRow;
import io.shm.inspect.FaultRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.TraceInfo;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is in a region at one time: its blocks in use but for the pinned ones, by handle, and its fault log. */
record Contents(String region, Map<Long, BlockRow> blocks, List<FaultRow> log) {
    static final Contents NOTHING = new Contents("", Map.of(), List.of());

    /** Of blocks and lines of code so many are told. */
    private static final int MOST_LINES = 20;

    static Contents of(String reference) {
        Map<Long, BlockRow> blocks = new LinkedHashMap<>();
        try (Inspector inspector = Inspector.open(reference)) {
            inspector.blocks(row -> !row.pinned(), row -> blocks.put(row.handle(), row));
            return new Contents(reference, blocks, inspector.faults());
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
        List<FaultRow> newFaults = newFaults(before);
        if (count == 0 && newFaults.isEmpty()) {
            return;
        }
        StringBuilder report = new StringBuilder("the test has left ");
        if (count > 0) {
            report.append(counted(count, "block")).append(" of ").append(counted(bytes, "byte"));
        }
        if (!newFaults.isEmpty()) {
            report.append(count > 0 ? " and " : "").append(counted(newFaults.size(), "fault"));
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
        newFaults.stream().limit(MOST_LINES).forEach(fault -> tell(fault, report));
        throw new AssertionError(report.toString());
    }

    /** Entries of a log stay where they are; one that was there before is new again if it was counted again. */
    private List<FaultRow> newFaults(Contents before) {
        List<FaultRow> more = new ArrayList<>();
        for (int i = 0; i < log.size(); i++) {
            FaultRow fault = log.get(i);
            boolean known = i < before.log.size() && before.log.get(i).count() >= fault.count();
            if (fault.isFault() && !known) {
                more.add(fault);
            }
        }
        return more;
    }

    private static void tell(FaultRow fault, StringBuilder report) {
        report.append("\n  ").append(fault.kind());
        if (fault.count() > 1) {
            report.append(", ").append(fault.count()).append(" times");
        }
        if (fault.size() > 0) {
            report.append(", ").append(counted(fault.size(), "byte"));
        }
        if (!fault.tag().isEmpty()) {
            report.append(", tag ").append(fault.tag());
        }
        if (fault.expected() != 0 && fault.found().length == 0) {
            report.append(", ").append(fault.observed()).append(" for ").append(fault.expected());
        }
        trace("done", fault.by(), report);
        trace(
                fault.other() == null || fault.other().action().isEmpty()
                        ? "other"
                        : fault.other().action(),
                fault.other(),
                report);
        trace("allocated", fault.allocated(), report);
        trace("the other block allocated", fault.secondOffset() == 0 ? null : fault.secondAllocated(), report);
        if (fault.found().length > 0) {
            report.append("\n    found ")
                    .append(HexFormat.ofDelimiter(" ").formatHex(fault.found()))
                    .append(" at 0x")
                    .append(Long.toHexString(fault.foundAt()));
        }
    }

    private static void trace(String what, TraceInfo trace, StringBuilder report) {
        if (trace != null) {
            report.append("\n    ")
                    .append(what)
                    .append(" by process ")
                    .append(trace.process().pid())
                    .append(trace.site().className().isEmpty() ? "" : " at " + trace.site());
        }
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
