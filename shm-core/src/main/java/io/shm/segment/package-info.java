/**
 * The memory below a region: made, found, attached, counted and removed.
 *
 * <p>Floor 1. {@link io.shm.segment.Segment} is a mapped file or memory without a name, complete or not there at all;
 * {@link io.shm.segment.LockFile} beside it holds one byte for each who lives, and the kernel lets go of the bytes of the
 * dead. {@link io.shm.segment.SystemV} is shmget and its relatives over such files. Uses memory, layout and error.
 *
 * <p>Invariants: a name appears with all its space taken and its bytes initialised; a lock file is there before its
 * segment and goes after it; a held byte is an exclusive lock, so a shared lock is only somebody looking; nothing is
 * unmapped under a thread that may still read it.
 */
package io.shm.segment;
