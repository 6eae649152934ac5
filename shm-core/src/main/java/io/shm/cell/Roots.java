package io.shm.cell;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shm.layout.RegionMap;
import io.shm.ledger.RootNames;
import io.shm.memory.SharedMemory;

/** The root cells of a region, by name. A name that was used stays known; there are at most as many as the region has. */
public final class Roots {
    /** Most bytes of a root's name in UTF-8. */
    public static final int MAX_NAME_BYTES = 1024;

    private final CellSpace space;
    private final RegionMap map;
    private final RootNames names;

    public Roots(CellSpace space, SharedMemory memory, RegionMap map) {
        this.space = space;
        this.map = map;
        this.names = new RootNames(memory, map);
    }

    /**
     * The root of a name; made, and empty, if it is new.
     *
     * @throws IllegalArgumentException if the name is empty, or longer than {@link #MAX_NAME_BYTES}
     * @throws IllegalStateException if there is no room for another root
     */
    public Slot get(String name) {
        try {
            byte[] text = name.getBytes(UTF_8);
            if (text.length == 0 || text.length > MAX_NAME_BYTES) {
                throw new IllegalArgumentException(
                        "the name of a root has 1 to " + MAX_NAME_BYTES + " bytes of UTF-8, not " + text.length);
            }
            int index = names.intern(text);
            if (index == 0) {
                throw new IllegalStateException("no room for root '" + name + "': a region of this size has "
                        + (map.rootCount() - 1) + " roots, or its text area is full");
            }
            return new Slot(space, RootNames.cellAt(map, index), null);
        } catch (InternalError e) {
            throw space.heap().lost(e);
        }
    }
}
