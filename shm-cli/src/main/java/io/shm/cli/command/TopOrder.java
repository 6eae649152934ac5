package io.shm.cli.command;

import io.shm.cli.render.TopProcess;
import io.shm.cli.render.TopSite;
import java.util.Comparator;

/** What a live view sorts by, the most first; each with its key. */
enum TopOrder {
    bytes('b'),
    blocks('n'),
    growth('g'),
    alloc('a'),
    free('f');

    private final char key;

    TopOrder(char key) {
        this.key = key;
    }

    /** The one that a key stands for; null for none. */
    static TopOrder ofKey(int key) {
        for (TopOrder order : values()) {
            if (order.key == key) {
                return order;
            }
        }
        return null;
    }

    /** Equal ones keep their places: by bytes, then by name. */
    Comparator<TopSite> sites() {
        return Comparator.comparingDouble((TopSite row) -> of(row))
                .reversed()
                .thenComparing(Comparator.comparingLong(TopSite::bytes).reversed())
                .thenComparing(row -> row.site().toString());
    }

    Comparator<TopProcess> processes() {
        return Comparator.comparingDouble((TopProcess row) -> of(row))
                .reversed()
                .thenComparingLong(row -> row.process().pid());
    }

    private double of(TopSite row) {
        return switch (this) {
            case bytes -> (double) row.bytes();
            case blocks -> (double) row.blocks();
            case growth -> (double) row.grown();
            case alloc -> row.allocations();
            case free -> row.frees();
        };
    }

    private double of(TopProcess row) {
        return switch (this) {
            case bytes -> (double) row.bytes();
            case blocks -> (double) row.blocks();
            case growth -> (double) row.grown();
            case alloc -> row.allocations();
            case free -> row.frees();
        };
    }
}
