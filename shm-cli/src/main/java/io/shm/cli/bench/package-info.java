/**
 * What allocating costs on this machine, beside {@code Unsafe.allocateMemory} and malloc in C.
 *
 * <p>Each allocator has processes of its own, so that the compiler of one never sees the others' code. They take turns,
 * slice by slice, so that whatever else the machine does hits all of them. {@link io.shm.cli.bench.AllocBench} hands out
 * the turns; {@link io.shm.cli.bench.AllocWorker} and {@code malloc.c} do the work and speak one protocol.
 */
package io.shm.cli.bench;
