package io.shm.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shm.layout.RegionMap;
import io.shm.layout.TagLayout;
import io.shm.memory.SharedMemory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The tag table of a region: what blocks are for, with an optional budget of live bytes for each.
 *
 * <p>Tag 0 is the general tag, without a name and without a budget. A budget counts requested bytes.
 *
 * <p>Threads and processes: safe. A process that dies between charging a block and committing it, or between freeing
 * it and refunding, leaves the charge, at most one block for each of its threads, so the budget refuses too early and
 * never too late, until {@link #correct}.
 */
public final class Tags {
    public static final int GENERAL = 0;
    /** Most bytes of a tag's name in UTF-8. */
    public static final int MAX_NAME_BYTES = 1024;

    private static final AtomicInteger NEXT_NUMBER = new AtomicInteger(1);

    private final SharedMemory memory;
    private final RegionMap map;
    /** Tells this table from any other of the JVM, for the cache in {@link Tag}. */
    private final int number = NEXT_NUMBER.getAndIncrement();

    private final Texts texts;

    public Tags(SharedMemory memory, RegionMap map) {
        this.memory = memory;
        this.map = map;
        this.texts = new Texts(memory, map, map.tagAt(0), map.tagCount(), TagLayout.LENGTH);
    }

    /** The tag's id in this region, interned if it is new; fails as {@link #idOf(String)}. */
    @SuppressWarnings("ReferenceEquality") // no other has an empty name
    public int idOf(Tag tag) {
        if (tag == Tag.GENERAL) {
            return GENERAL;
        }
        long cached = tag.cached;
        if ((int) (cached >>> 32) == number) {
            return (int) cached;
        }
        int id = idOf(tag.name());
        tag.cached = ((long) number << 32) | id;
        return id;
    }

    /**
     * The tag's id, interned if it is new; the empty name is the general tag.
     *
     * @throws IllegalArgumentException if the name is too long
     * @throws IllegalStateException if the table is full
     */
    public int idOf(String name) {
        if (name.isEmpty()) {
            return GENERAL;
        }
        byte[] text = name.getBytes(UTF_8);
        if (text.length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "a tag's name has at most " + MAX_NAME_BYTES + " bytes, this one has " + text.length);
        }
        int id = texts.intern(text);
        if (id == 0) {
            throw new IllegalStateException("no room for tag '" + name + "': the region holds at most "
                    + (map.tagCount() - 1) + " tags, and their names " + map.textBytes() + " bytes with the sites'");
        }
        return id;
    }

    /** The tag's name; empty for the general tag and for whatever cannot be read. */
    public String get(int id) {
        byte[] text = texts.get(id);
        return text == null ? "" : new String(text, UTF_8);
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

    /** For an entry whose text is lost: records go on to name it, and it has no name. False if it has changed. */
    public boolean forget(int id, long seen) {
        return texts.forget(id, seen);
    }

    public int count() {
        return map.tagCount();
    }

    /** Most live bytes that the tag may have, or 0 for no bound. */
    public long budget(int tag) {
        return tag == GENERAL ? 0 : memory.getLong(map.tagAt(tag) + TagLayout.BUDGET_OFFSET);
    }

    /** Sets a budget in a region that nobody uses yet, or before the tag's first block. */
    public void setBudget(int tag, long bytes) {
        memory.putLongRelease(map.tagAt(tag) + TagLayout.BUDGET_OFFSET, bytes);
    }

    public long used(int tag) {
        return memory.getLong(map.tagAt(tag) + TagLayout.USED_OFFSET);
    }

    /** Charges bytes against the tag's budget; false, and nothing is charged, if they would exceed it. */
    public boolean charge(int tag, long bytes) {
        long usedAt = map.tagAt(tag) + TagLayout.USED_OFFSET;
        long budget = budget(tag);
        long used;
        do {
            used = memory.getLongVolatile(usedAt);
            if (bytes > budget - used) {
                return false;
            }
        } while (!memory.compareAndSetLong(usedAt, used, used + bytes));
        return true;
    }

    /** Gives back what {@link #charge} took, or charges without asking where negative. */
    public void refund(int tag, long bytes) {
        memory.getAndAddLong(map.tagAt(tag) + TagLayout.USED_OFFSET, -bytes);
    }

    /** Sets what is in use to what a walk has found; false, and nothing is changed, if it is not what was seen before it. */
    public boolean correct(int tag, long seen, long found) {
        return memory.compareAndSetLong(map.tagAt(tag) + TagLayout.USED_OFFSET, seen, found);
    }

    public void countRefusal(int tag) {
        memory.getAndAddLong(map.tagAt(tag) + TagLayout.REFUSED_OFFSET, 1);
    }
}
