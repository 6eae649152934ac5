package io.shm.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shm.layout.RegionMap;
import io.shm.layout.RootLayout;
import io.shm.memory.SharedMemory;

/** The names of root cells; see {@link Texts} for threads, processes and crashes. Root 0 is none. */
public final class RootNames {
    private final RegionMap map;
    private final Texts texts;

    public RootNames(SharedMemory memory, RegionMap map) {
        this.map = map;
        this.texts = new Texts(memory, map, map.rootAt(0), map.rootCount(), RootLayout.LENGTH);
    }

    /** The root's index, or 0 where there is no room for it. */
    public int intern(byte[] name) {
        return texts.intern(name);
    }

    /** The root's index, or 0 where there is none of that name. Changes nothing. */
    public int find(byte[] name) {
        return texts.find(name);
    }

    /** The name of a root; null where there is none, or it cannot be read. */
    public String get(int index) {
        byte[] text = texts.get(index);
        return text == null ? null : new String(text, UTF_8);
    }

    /** What is wrong with an entry of the table, in words; null where nothing is. */
    public String problem(int id) {
        return texts.problem(id);
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

    public int count() {
        return map.rootCount();
    }

    /** Absolute offset of a root's cell. */
    public static long cellAt(RegionMap map, int index) {
        return map.rootAt(index) + RootLayout.CELL_OFFSET;
    }

    /** The root that a cell is part of; 0 where it is none. */
    public static int rootOf(RegionMap map, long cell) {
        return Cells.isRoot(map, cell) ? (int) ((cell - map.rootAt(0)) / RootLayout.LENGTH) : 0;
    }
}
