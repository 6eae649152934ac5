package io.shm.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A kind of block of which some bytes are cells, so that what they hold counts as reachable, and is settled with the block.
 * Immutable; keep it in a constant.
 *
 * <pre>{@code
 * private static final BlockType NODE = BlockType.of("node").cell(0);
 * }</pre>
 *
 * Two types of one name with different cells are two types.
 */
public final class BlockType {
    /** Most bytes of a type's name in UTF-8. */
    public static final int MAX_NAME_BYTES = 256;
    /** Most runs of cells. */
    public static final int MAX_RUNS = 64;

    private final String name;
    private final List<Run> runs;
    /** Number of the table that interned the type last, and its id there. */
    volatile long cached;

    /**
     * Cells at even distances.
     *
     * @param first offset of the first in the payload, bytes
     * @param stride bytes from one to the next
     * @param count how many; 0 for as many as fit the block
     */
    public record Run(int first, int stride, int count) {
        /** How many cells of a payload of so many bytes belong to it. */
        public long countIn(long size) {
            long most = size < first + 8L ? 0 : 1 + (size - 8 - first) / stride;
            return count == 0 ? most : Math.min(count, most);
        }
    }

    private BlockType(String name, List<Run> runs) {
        this.name = name;
        this.runs = List.copyOf(runs);
    }

    /**
     * A type without cells yet.
     *
     * @throws IllegalArgumentException if the name is empty, or longer than {@link #MAX_NAME_BYTES}
     */
    public static BlockType of(String name) {
        if (name.isEmpty() || name.getBytes(UTF_8).length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("the name of a type has 1 to " + MAX_NAME_BYTES + " bytes of UTF-8");
        }
        return new BlockType(name, List.of());
    }

    /** With one more cell. */
    public BlockType cell(int offset) {
        return cells(offset, 8, 1);
    }

    /**
     * With more cells, at even distances.
     *
     * @param count 0 for as many as fit the block
     * @throws IllegalArgumentException unless offset and stride are multiples of 8, and there are at most {@link #MAX_RUNS}
     *     such calls
     */
    public BlockType cells(int first, int stride, int count) {
        if (!isRun(first, stride, count)) {
            throw new IllegalArgumentException(
                    "cells lie at multiples of 8: first=" + first + " stride=" + stride + " count=" + count);
        }
        if (runs.size() == MAX_RUNS) {
            throw new IllegalArgumentException("a type has at most " + MAX_RUNS + " runs of cells");
        }
        List<Run> more = new ArrayList<>(runs);
        more.add(new Run(first, stride, count));
        return new BlockType(name, more);
    }

    private static boolean isRun(int first, int stride, int count) {
        return first >= 0 && first % 8 == 0 && stride > 0 && stride % 8 == 0 && count >= 0;
    }

    public String name() {
        return name;
    }

    public List<Run> runs() {
        return runs;
    }

    /** Whether a cell lies at an offset of a payload of so many bytes. */
    public boolean hasCellAt(long offset, long size) {
        for (Run run : runs) {
            long behind = offset - run.first();
            if (behind >= 0 && behind % run.stride() == 0 && behind / run.stride() < run.countIn(size)) {
                return true;
            }
        }
        return false;
    }

    /** The number of runs, three ints for each, then the name. */
    byte[] text() {
        byte[] utf8 = name.getBytes(UTF_8);
        ByteBuffer text =
                ByteBuffer.allocate(4 + 12 * runs.size() + utf8.length).order(ByteOrder.LITTLE_ENDIAN);
        text.putInt(runs.size());
        for (Run run : runs) {
            text.putInt(run.first()).putInt(run.stride()).putInt(run.count());
        }
        return text.put(utf8).array();
    }

    /** Null where the bytes are no type. */
    static BlockType ofText(byte[] bytes) {
        ByteBuffer text = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int count = text.remaining() < 4 ? -1 : text.getInt();
        if (count < 0 || count > MAX_RUNS || text.remaining() < 12 * count) {
            return null;
        }
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Run run = new Run(text.getInt(), text.getInt(), text.getInt());
            if (!isRun(run.first(), run.stride(), run.count())) {
                return null;
            }
            runs.add(run);
        }
        return new BlockType(UTF_8.decode(text).toString(), runs);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlockType type && name.equals(type.name) && runs.equals(type.runs);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, runs);
    }

    @Override
    public String toString() {
        return "BlockType[" + name + ", " + runs.size() + " runs of cells]";
    }
}
