/**
 * The only code that touches mapped bytes, and the one place where the ordering words are defined.
 *
 * <p>Floor 0. {@link io.shm.memory.SharedMemory} checks each offset against the mapping before it is used,
 * so a hostile offset is an exception and never a SIGSEGV. The words are VarHandle's: plain, acquire,
 * release, volatile, compareAndSet.
 */
package io.shm.memory;
