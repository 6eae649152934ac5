package io.shm.cli.bench;

import java.util.List;

/**
 * What is measured.
 *
 * @param kind {@code pair}: allocate, and free at once; {@code replace}: of 10,000 live blocks of mixed sizes one at
 *     random goes and a new one comes; {@code handoff}: one thread allocates, another frees
 * @param size bytes, 0 for mixed
 * @param threads in each process
 */
public record Workload(String kind, int size, int threads, int processes) {
    static final int LIVE = 10_000;

    static final List<Workload> ALL = List.of(
            new Workload("pair", 64, 1, 1),
            new Workload("pair", 256, 1, 1),
            new Workload("pair", 1024, 1, 1),
            new Workload("pair", 16_384, 1, 1),
            new Workload("replace", 0, 1, 1),
            new Workload("handoff", 256, 2, 1),
            new Workload("pair", 256, 2, 1),
            new Workload("pair", 256, 1, 2));

    /** In words: {@code pair 256 B, 2 threads}. */
    public String title() {
        return kind
                + (size == 0 ? " of 10,000 live" : " " + size + " B")
                + (processes > 1 ? ", " + processes + " processes" : threads > 1 ? ", " + threads + " threads" : "");
    }

    /** The line that a worker is sent. */
    String command(long millis) {
        return kind + " " + size + " " + threads + " " + millis;
    }

    /** Threads that do whole operations; of a hand-off each thread does half of every one. */
    int operators() {
        return kind.equals("handoff") ? 1 : threads;
    }
}
