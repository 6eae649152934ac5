package io.shm.inspect;

/**
 * A place where a rule of the region is broken; or one that is out of use because it was.
 *
 * @param rule its name: {@code slab-word}; {@code quarantine} for what is out of use
 * @param sentence the rule in words
 * @param place what it is about: {@code header}, {@code slot}, {@code history}, {@code site}, {@code tag}, {@code pool},
 *     {@code slab}, {@code record}, …
 * @param number which of them; -1 for the header
 * @param index of a record within its slab, else -1
 * @param offset of the word that shows it
 * @param observed that word
 * @param evidence what was read and what it should be, in words
 * @param remedy what a repair does: rebuild, reclaim, quarantine, none; release for what is out of use
 * @param block the block it is about, as far as its record can be read; null for anything else
 */
public record FindingRow(
        String rule,
        String sentence,
        String place,
        int number,
        int index,
        long offset,
        long observed,
        String evidence,
        String remedy,
        BlockRow block) {
    /** The place in a word or two: {@code record 3/17}. */
    public String where() {
        return place + (number < 0 ? "" : " " + number) + (index < 0 ? "" : "/" + index);
    }
}
