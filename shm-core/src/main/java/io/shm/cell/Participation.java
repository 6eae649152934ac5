package io.shm.cell;

/**
 * One attachment of one process to a region: what a block is offered to. A process that attaches twice is two, and one that
 * leaves and comes back is another.
 *
 * @param slot 0 to 46
 * @param incarnation which use of the slot
 */
public record Participation(int slot, long incarnation) {
    private static final long MARK = 1L << 63;

    /** As a record notes it where else it has its cell: bit 63, the slot, the low 32 bits of the incarnation. */
    long word() {
        return MARK | ((long) slot << 32) | (incarnation & 0xffff_ffffL);
    }
}
