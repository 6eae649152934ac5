package io.shm.cli.bench;

/**
 * What a workload costs with an allocator.
 *
 * @param ns of one thread for one operation, by the clock
 * @param cpuNs of all threads for one operation
 */
public record Result(Workload workload, String allocator, Spread ns, Spread cpuNs, int rounds, long operations) {}
