package io.shm.cli.render;

import io.shm.inspect.ProcessInfo;

/**
 * A process between two looks.
 *
 * @param grown bytes that it holds more than at the first look
 * @param allocations a second; frees, a second
 */
public record TopProcess(ProcessInfo process, long blocks, long bytes, long grown, double allocations, double frees) {}
