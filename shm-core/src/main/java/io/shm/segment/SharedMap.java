package io.shm.segment;

import java.util.List;

/**
 * Memory that processes of this machine share, ours or not.
 *
 * @param path as the system shows it, with {@code (deleted)} after it where the name is gone
 * @param bytes the most that one process has mapped of it
 * @param pids who has it mapped, as far as we may look, ascending
 */
public record SharedMap(String path, long inode, long bytes, List<Long> pids) {}
