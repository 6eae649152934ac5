package io.shm.heap;

import io.shm.layout.Geometry;
import io.shm.layout.RecordWords;
import io.shm.ledger.BlockType;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.util.Objects;

/**
 * What a block shall be: size, tag, site, alignment, secrecy. Immutable; keep the ones in frequent use.
 *
 * <pre>{@code
 * BlockSpec.of(1024).tag("packet").site(RECEIVE).alignment(64)
 * }</pre>
 */
public final class BlockSpec {
    private final long size;
    private final Tag tag;
    private final Site site;
    private final int flags;
    private final BlockType type;

    private BlockSpec(long size, Tag tag, Site site, int flags, BlockType type) {
        this.size = size;
        this.tag = tag;
        this.site = site;
        this.flags = flags;
        this.type = type;
    }

    /**
     * A block of so many bytes, of the general tag, aligned to 16.
     *
     * @throws IllegalArgumentException if size is less than 1
     */
    public static BlockSpec of(long size) {
        return new BlockSpec(checkSize(size), Tag.GENERAL, null, 0, null);
    }

    public BlockSpec size(long newSize) {
        return new BlockSpec(checkSize(newSize), tag, site, flags, type);
    }

    public BlockSpec tag(Tag newTag) {
        return new BlockSpec(size, Objects.requireNonNull(newTag, "tag"), site, flags, type);
    }

    public BlockSpec tag(String name) {
        return tag(Tag.of(name));
    }

    /** The line to blame; without one it is found by the region's way of capturing sites. */
    public BlockSpec site(Site newSite) {
        return new BlockSpec(size, tag, Objects.requireNonNull(newSite, "site"), flags, type);
    }

    /**
     * The payload begins at a multiple of this.
     *
     * @throws IllegalArgumentException unless it is a power of two from 1 to 4096
     */
    public BlockSpec alignment(int bytes) {
        if (bytes < 1 || bytes > Geometry.MAX_ALIGNMENT || Integer.bitCount(bytes) != 1) {
            throw new IllegalArgumentException(
                    "alignment is a power of two from 1 to " + Geometry.MAX_ALIGNMENT + ", not " + bytes);
        }
        int log = bytes <= 16 ? 0 : Integer.numberOfTrailingZeros(bytes);
        int other = flags & ~(0xf << RecordWords.ALIGNMENT_SHIFT);
        return new BlockSpec(size, tag, site, other | (log << RecordWords.ALIGNMENT_SHIFT), type);
    }

    /** The payload is overwritten with zeros before the block is free again, also by whoever cleans up after a death. */
    public BlockSpec secret() {
        return new BlockSpec(size, tag, site, flags | RecordWords.SECRET, type);
    }

    /** Some of the block's bytes are cells; those are 0 at first. */
    public BlockSpec type(BlockType newType) {
        return new BlockSpec(size, tag, site, flags, newType);
    }

    /** Null if it has none. */
    public BlockType type() {
        return type;
    }

    /** Meant to stay: never reported as a leak, nor is what hangs in its cells. */
    public BlockSpec pinned() {
        return new BlockSpec(size, tag, site, flags | RecordWords.PINNED, type);
    }

    public long size() {
        return size;
    }

    public Tag tag() {
        return tag;
    }

    /** Null if none was given. */
    public Site site() {
        return site;
    }

    /** Flags as a record holds them. */
    public int flags() {
        return flags;
    }

    static long checkSize(long size) {
        if (size < 1) {
            throw new IllegalArgumentException("a block has at least 1 byte, not " + size);
        }
        return size;
    }
}
