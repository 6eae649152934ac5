package io.shm.cli.render;

import io.shm.inspect.Totals;

/** The columns that all rows with running totals have. */
final class TotalsValues {
    private TotalsValues() {}

    static Object of(Totals totals, String key) {
        if (totals == null) {
            return null;
        }
        return switch (key) {
            case "allocated" -> totals.allocations();
            case "freed" -> totals.frees();
            case "peak" -> totals.peakBytes();
            case "peak-blocks" -> totals.peakBlocks();
            case "bytes-allocated" -> totals.bytesAllocated();
            case "bytes-freed" -> totals.bytesFreed();
            case "first" -> totals.firstAt();
            case "last" -> totals.lastAt();
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }
}
