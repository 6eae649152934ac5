package io.shm.ledger;

/** Who is told what is done to blocks. */
@FunctionalInterface
public interface EventSink {
    /**
     * Something was done.
     *
     * @param offset of the payload, 0 where it is about no block
     * @param handle of the block; size, its requested bytes
     * @param detail the cell of PUBLISHED and TAKEN, the code of a FAULT's kind
     */
    void happened(EventKind kind, long offset, long handle, long size, int tag, int site, long detail);
}
