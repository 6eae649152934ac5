package io.shm.cli.machine;

import java.util.SortedSet;

/**
 * Memory that processes share: a file in a memory file system, a memfd, or a nameless mapping.
 *
 * @param name as the kernel shows it
 * @param bytes up to the last byte that is mapped by anybody
 * @param pids who maps it
 */
public record SharedMap(String name, long bytes, SortedSet<Integer> pids) {}
