package io.shm.inspect;

/**
 * What lies at a place of a region.
 *
 * @param place what it is: header, slot, history, root, type, tag, pool, scope, site, texts, fault, slab-table, slab-header,
 *     record, block, slack, guard, left-over, free-slab, slab, tail, outside
 * @param number which of them; -1 where there is but one
 * @param field the field of the table's entry or the record; empty where there is none
 * @param from offset of the first byte of that place, to, of the first behind it
 * @param block the block that it belongs to or is next to; null if there is none
 * @param distance from the block: within it the bytes from its first on, to its right those between its last requested byte
 *     and the place, to its left those between the place and its first byte
 * @param side {@code inside}, {@code right} or {@code left} of the block; empty without a block
 * @param before the block before that one, after, the one behind it; null if there is none
 */
public record Explanation(
        String place,
        int number,
        String field,
        long from,
        long to,
        BlockRow block,
        String side,
        long distance,
        BlockRow before,
        BlockRow after) {
    /** Whether there is nothing: no table, no record, no block. */
    public boolean isNothing() {
        return switch (place) {
            case "outside", "tail", "free-slab", "left-over", "slab" -> true;
            default -> false;
        };
    }
}
