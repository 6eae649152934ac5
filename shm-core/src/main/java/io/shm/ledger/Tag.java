package io.shm.ledger;

import java.util.Objects;

/**
 * What a block is for. Keep it in a constant, like a {@link Site}:
 *
 * <pre>{@code
 * private static final Tag PACKET = Tag.of("packet");
 * }</pre>
 *
 * Immutable and safe for all threads; the same object may be used with any number of regions.
 */
public final class Tag {
    /** Of blocks for which no other was given; without a name, without a budget. */
    public static final Tag GENERAL = new Tag("");

    private final String name;

    /** As in {@link Site}: a table's number and the id there, written whole. */
    long cached;

    private Tag(String name) {
        this.name = name;
    }

    /** A tag of any name and alphabet; the empty one is {@link #GENERAL}. */
    public static Tag of(String name) {
        return Objects.requireNonNull(name, "tag").isEmpty() ? GENERAL : new Tag(name);
    }

    public String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tag tag && name.equals(tag.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name.isEmpty() ? "(general)" : name;
    }
}
