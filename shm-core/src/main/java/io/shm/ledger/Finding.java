package io.shm.ledger;

/**
 * A place where an invariant does not hold.
 *
 * @param at absolute offset of the word that shows it
 * @param place what lies there: {@code header}, {@code slot}, {@code history}, {@code site}, {@code tag}, {@code root},
 *     {@code type}, {@code scope}, {@code fault}, {@code pool}, {@code slab}, {@code record}, {@code cell}
 * @param number which of them: of a record its slab; -1 for the header
 * @param index of a record within its slab; else -1
 * @param observed what was read at {@code at}
 * @param context of what else the finding was made; equal in two looks only if nothing has moved in between
 * @param evidence the words read, and what they should be
 */
public record Finding(
        Invariant rule, long at, String place, int number, int index, long observed, long context, String evidence) {
    /** The same place, rule and words, so that it was so all the time between two looks. */
    boolean standsWith(Finding earlier) {
        return earlier != null && rule == earlier.rule && observed == earlier.observed && context == earlier.context;
    }

    @Override
    public String toString() {
        return rule.label() + ": " + place + (number < 0 ? "" : " " + number) + (index < 0 ? "" : "/" + index) + ": "
                + rule.sentence() + ": offset=" + at + " observed=0x" + Long.toHexString(observed)
                + (evidence.isEmpty() ? "" : " " + evidence);
    }
}
