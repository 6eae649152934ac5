package io.shm.ledger;

import io.shm.layout.RegionMap;
import io.shm.layout.TypeLayout;
import io.shm.memory.SharedMemory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongConsumer;

/**
 * The type table of a region: which bytes of which blocks are cells. It only grows; type 0 has no cells.
 *
 * <p>Threads and processes: safe. A crash leaves at most the bytes of one text that nobody uses.
 */
public final class Types {
    public static final int NONE = 0;

    private static final AtomicInteger NEXT_NUMBER = new AtomicInteger(1);

    private final SharedMemory memory;
    private final RegionMap map;
    private final Texts texts;
    /** Tells this table from any other of the JVM, for the cache in {@link BlockType}. */
    private final int number = NEXT_NUMBER.getAndIncrement();
    /** What was read before: an entry never changes. */
    private final AtomicReferenceArray<BlockType> known;

    public Types(SharedMemory memory, RegionMap map) {
        this.memory = memory;
        this.map = map;
        this.texts = new Texts(memory, map, map.typeAt(0), map.typeCount(), TypeLayout.LENGTH);
        this.known = new AtomicReferenceArray<>(map.typeCount());
    }

    /**
     * The type's id in this region, interned if it is new.
     *
     * @throws IllegalStateException if the table is full
     */
    public int idOf(BlockType type) {
        long cached = type.cached;
        if ((int) (cached >>> 32) == number) {
            return (int) cached;
        }
        int id = texts.intern(type.text());
        if (id == 0) {
            throw new IllegalStateException("no room for another type of blocks: a region has at most "
                    + (map.typeCount() - 1) + ", or its text area is full");
        }
        type.cached = ((long) number << 32) | id;
        return id;
    }

    /** The type of an id; null for {@link #NONE} and for whatever cannot be read. */
    public BlockType get(int id) {
        if (id <= 0 || id >= map.typeCount()) {
            return null;
        }
        BlockType type = known.get(id);
        if (type == null) {
            byte[] text = texts.get(id);
            type = text == null ? null : BlockType.ofText(text);
            known.set(id, type);
        }
        return type;
    }

    /** The id of a type that is there already; {@link #NONE} if it is not. */
    public int find(BlockType type) {
        for (int id = 1; id < map.typeCount(); id++) {
            if (type.equals(get(id))) {
                return id;
            }
        }
        return NONE;
    }

    /** What is wrong with an entry of the table, in words; null where nothing is. */
    public String problem(int id) {
        String problem = texts.problem(id);
        byte[] text = problem == null ? texts.get(id) : null;
        return text == null || text.length == 0 || BlockType.ofText(text) != null ? problem : "the text is no type";
    }

    public long wordOf(int id) {
        return texts.wordOf(id);
    }

    /** How far the text area is used by an entry. */
    public long endOf(int id) {
        return texts.endOf(id);
    }

    /** For an entry whose text is lost: it keeps its index, and has no text. False if it has changed. */
    public boolean forget(int id, long seen) {
        return texts.forget(id, seen);
    }

    /** Empties the cells of a block that has not been committed yet, with plain stores. */
    public void clearCells(int id, long payloadAt, long size) {
        forEachCell(id, payloadAt, size, cell -> memory.putLong(cell, 0));
    }

    /** The cells of a block, by absolute offset. */
    public void forEachCell(int id, long payloadAt, long size, LongConsumer cells) {
        BlockType type = get(id);
        if (type == null) {
            return;
        }
        for (BlockType.Run run : type.runs()) {
            long count = run.countIn(size);
            for (long i = 0; i < count; i++) {
                cells.accept(payloadAt + run.first() + i * run.stride());
            }
        }
    }
}
