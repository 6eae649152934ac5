package io.shm.participant;

import io.shm.layout.HeaderLayout;
import io.shm.layout.ProcessLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.memory.SharedMemory;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Who the recent participants were, by an id that outlives the slot's reuse. For display: nothing depends on it, so
 * an entry that a crash left half-written is no entry and is written over in time.
 */
public final class ProcessHistory {
    private final SharedMemory memory;
    private final RegionMap map;

    public ProcessHistory(SharedMemory memory, RegionMap map) {
        this.memory = memory;
        this.map = map;
    }

    /**
     * Writes an entry of a fresh id, over one that is no longer wanted.
     *
     * <p>Two joiners meet in one entry only if as many others as the table is long have joined in between; then it
     * names one of them, or nobody. A benign race: the ids still differ.
     *
     * <p>Dies half-way: an entry with id 0, or of a process that never became active.
     *
     * @param wanted whether an id must stay readable because its process still takes part
     */
    int enter(int slot, ProcessIdentity who, byte[] name, long joinedAt, IntPredicate wanted) {
        int id = draw();
        // Bounded, because a table shorter than the participants are many could be wanted altogether.
        for (int i = 1; i < map.historyCount() && wanted.test(idIn(entryAt(id))); i++) {
            id = draw();
        }
        long entry = entryAt(id);
        memory.putLong(entry + ProcessLayout.ID_OFFSET, 0);
        // Pairs with the re-read in find: whoever sees any of the body below sees that the old id is gone.
        SharedMemory.storeStoreFence();
        memory.putInt(entry + ProcessLayout.PID_OFFSET, who.pid());
        memory.putInt(entry + ProcessLayout.UID_OFFSET, who.uid());
        memory.putLong(entry + ProcessLayout.START_TICKS_OFFSET, who.startTicks());
        memory.putLong(entry + ProcessLayout.PID_NAMESPACE_OFFSET, who.pidNamespace());
        memory.putLong(entry + ProcessLayout.JOINED_AT_OFFSET, joinedAt);
        memory.putLong(entry + ProcessLayout.LEFT_AT_OFFSET, 0);
        memory.putLong(entry + ProcessLayout.SLOT_OFFSET, slot);
        NameField.write(memory, entry + ProcessLayout.NAME_LENGTH_OFFSET, entry + ProcessLayout.NAME_OFFSET, name);
        // Pairs with the acquire in find.
        memory.putLongRelease(entry + ProcessLayout.ID_OFFSET, id);
        return id;
    }

    /** Notes that a process has left of its own will; nothing where its entry is another's by now. */
    void leave(int id, long leftAt) {
        long entry = entryAt(id);
        if (idIn(entry) == id) {
            memory.putLong(entry + ProcessLayout.LEFT_AT_OFFSET, leftAt);
        }
    }

    /** Makes a damaged entry none, by whoever repairs; false where it is another by now. */
    public boolean forget(int index, long seen) {
        return memory.compareAndSetLong(map.processAt(index) + ProcessLayout.ID_OFFSET, seen, 0);
    }

    /** The process of an id; empty where it is forgotten, or just being replaced. */
    public Optional<ProcessEntry> find(int id) {
        if (id <= 0 || id > RecordWords.PROCESS_MASK) {
            return Optional.empty();
        }
        long entry = entryAt(id);
        if (memory.getLongAcquire(entry + ProcessLayout.ID_OFFSET) != id) {
            return Optional.empty();
        }
        ProcessEntry found = new ProcessEntry(
                id,
                memory.getInt(entry + ProcessLayout.PID_OFFSET),
                memory.getInt(entry + ProcessLayout.UID_OFFSET),
                memory.getLong(entry + ProcessLayout.START_TICKS_OFFSET),
                memory.getLong(entry + ProcessLayout.PID_NAMESPACE_OFFSET),
                memory.getLong(entry + ProcessLayout.JOINED_AT_OFFSET),
                memory.getLong(entry + ProcessLayout.LEFT_AT_OFFSET),
                (int) memory.getLong(entry + ProcessLayout.SLOT_OFFSET),
                NameField.read(memory, entry + ProcessLayout.NAME_LENGTH_OFFSET, entry + ProcessLayout.NAME_OFFSET));
        // Pairs with the store-store fence in enter: a body with a foreign part is never shown.
        SharedMemory.loadLoadFence();
        return memory.getLong(entry + ProcessLayout.ID_OFFSET) == id ? Optional.of(found) : Optional.empty();
    }

    /** The latest entry of a process that is known by its pid and start; empty where it is forgotten. */
    public Optional<ProcessEntry> find(int pid, long startTicks) {
        Optional<ProcessEntry> latest = Optional.empty();
        for (int index = 0; index < map.historyCount(); index++) {
            long entry = map.processAt(index);
            if (memory.getInt(entry + ProcessLayout.PID_OFFSET) == pid
                    && memory.getLong(entry + ProcessLayout.START_TICKS_OFFSET) == startTicks) {
                Optional<ProcessEntry> found = find(idIn(entry));
                if (found.isPresent()
                        && (latest.isEmpty()
                                || found.get().joinedAt() >= latest.get().joinedAt())) {
                    latest = found;
                }
            }
        }
        return latest;
    }

    /** Ids go round: 1 to 2^24 - 1, as many as a record has bits for. */
    private int draw() {
        long drawn = memory.getAndAddLong(HeaderLayout.NEXT_PROCESS_OFFSET, 1);
        return (int) Math.floorMod(drawn, (long) RecordWords.PROCESS_MASK) + 1;
    }

    private int idIn(long entry) {
        return (int) memory.getLong(entry + ProcessLayout.ID_OFFSET);
    }

    private long entryAt(int id) {
        return map.processAt(id % map.historyCount());
    }
}
