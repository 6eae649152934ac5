package io.shm.heap;

import io.shm.layout.Geometry;
import io.shm.layout.Guards;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabClass;
import io.shm.layout.SlabHeaderLayout;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.SlabCount;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabStates;
import io.shm.memory.SharedMemory;

/**
 * Where a process gets slabs and runs of slabs from, and gives them back.
 *
 * <p>Threads and processes: every step is one CAS on a slab word, so any number may claim and release at once; a claim
 * that loses a slab lets go of what it had. A crash leaves slabs in CLAIM or an uncommitted TAIL of the dead
 * participant, a run in RELEASING that anyone finishes, or a large run with a free record that whoever is short releases.
 */
final class SlabSource {
    /** Where the one record of a large run lies does not depend on its length. */
    private static final Geometry LARGE_RECORD = Geometry.ofLarge(1);

    private final SharedMemory memory;
    private final RegionMap map;
    private final int owner;
    /** Where the next search begins; a benign race between threads, any value is right. */
    private int cursor;

    SlabSource(SharedMemory memory, RegionMap map, int owner) {
        this.memory = memory;
        this.map = map;
        this.owner = owner;
    }

    int slabCount() {
        return SlabCount.of(memory, map);
    }

    /** Free slabs at the region's end, counted up to so many: with more behind them they make one run. */
    int freeAtEnd(int most) {
        int free = 0;
        for (int slab = slabCount() - 1; slab >= 0 && free < most && stateOf(wordOf(slab)) == SlabState.FREE; slab--) {
            free++;
        }
        return free;
    }

    long wordOf(int slab) {
        return memory.getLongAcquire(map.slabEntryAt(slab) + SlabLayout.WORD_OFFSET);
    }

    /**
     * A slab or span of the class that is now ours: an unowned one with free records, or a fresh one.
     *
     * @param anyPartial adopt unowned slabs even where no hint says that they have free records
     * @return its index, or -1 if there is none
     */
    int acquire(int sizeClass, boolean anyPartial) {
        Geometry geometry = Geometry.ofClass(sizeClass);
        int count = slabCount();
        // Runs are packed from the first slab on; single slabs are taken where the last one was found.
        int start = geometry.slabs() == 1 && cursor < count ? cursor : 0;
        for (int i = 0; i < count; i++) {
            int slab = start + i < count ? start + i : start + i - count;
            long entryAt = map.slabEntryAt(slab);
            long word = memory.getLongAcquire(entryAt);
            SlabState state = stateOf(word);
            if (state == SlabState.PARTIAL
                    && SlabWord.slabClass(word) == sizeClass
                    && (anyPartial || memory.getLong(entryAt + SlabLayout.HINT_OFFSET) != 0)
                    && SlabStates.adopt(memory, entryAt, word, owner)) {
                cursor = slab;
                return slab;
            }
            if (state == SlabState.RELEASING) {
                collect(slab);
                word = memory.getLongAcquire(entryAt);
                state = stateOf(word);
            }
            if (state == SlabState.FREE
                    && slab + geometry.slabs() <= count
                    && claimRun(slab, geometry.slabs())
                    && form(slab, sizeClass, geometry)) {
                cursor = geometry.slabs() == 1 ? slab : cursor;
                return slab;
            }
        }
        return -1;
    }

    /** Claims a run for one large block, from the region's end downwards; its first slab, or -1. */
    int claimLarge(int slabs) {
        int run = 0;
        for (int slab = slabCount() - 1; slab >= 0; slab--) {
            long word = wordOf(slab);
            if (stateOf(word) == SlabState.RELEASING) {
                collect(slab);
                word = wordOf(slab);
            }
            run = stateOf(word) == SlabState.FREE ? run + 1 : 0;
            if (run >= slabs) {
                if (claimRun(slab, slabs)) {
                    return slab;
                }
                run = 0;
            }
        }
        return -1;
    }

    /** Commits a claimed run whose one live record is written. */
    boolean commitLarge(int head) {
        return SlabStates.large(memory, map.slabEntryAt(head), wordOf(head));
    }

    /** Lets go of a claimed run that will not be committed. */
    void abandonRun(int head, int slabs) {
        for (int slab = head + slabs - 1; slab >= head; slab--) {
            long word = wordOf(slab);
            if (SlabWord.owner(word) != owner) {
                continue;
            }
            if (stateOf(word) == SlabState.TAIL) {
                SlabStates.freeTail(memory, map.slabEntryAt(slab), word);
            } else if (stateOf(word) == SlabState.CLAIM) {
                SlabStates.unclaim(memory, map.slabEntryAt(slab), word);
            }
        }
    }

    /** Frees a run that holds nothing: ours without a cached index, or a large one whose record is FREE. */
    void release(int head, long word) {
        if (SlabStates.release(memory, map.slabEntryAt(head), word)) {
            collect(head);
            if (head < cursor) {
                cursor = head;
            }
        }
    }

    /** Leaves a slab of ours to whoever adopts it, with a hint where its free records are. */
    void giveUp(int slab, long word, Geometry geometry) {
        long slabAt = map.slabAt(slab);
        long hint = 0;
        for (int index = 0; index < geometry.count(); index++) {
            long state = memory.getLongAcquire(RecordLayout.recordAt(slabAt, index));
            if (BlockStates.is(state, BlockState.FREE)) {
                hint |= 1L << SlabCache.group(index, geometry.count());
            }
        }
        memory.putLong(map.slabEntryAt(slab) + SlabLayout.HINT_OFFSET, hint);
        SlabStates.giveUp(memory, map.slabEntryAt(slab), word);
    }

    /**
     * Frees the large runs and unowned slabs in which nothing lives any more, so that other classes can have them. A
     * slab is adopted first, so that nobody else allocates from it meanwhile.
     *
     * @return whether there were any, freed by this call or by another's at the same moment
     */
    boolean releaseEmpty() {
        boolean released = false;
        int count = slabCount();
        for (int slab = 0; slab < count; slab++) {
            long word = wordOf(slab);
            if (stateOf(word) == SlabState.LARGE && isEmpty(slab, LARGE_RECORD)) {
                // Whoever freed the block died, or was stopped, before it could take the run apart.
                release(slab, word);
                released = true;
                continue;
            }
            int sizeClass = sizeClassOf(word);
            if (stateOf(word) != SlabState.PARTIAL || sizeClass < 0 || !isEmpty(slab, Geometry.ofClass(sizeClass))) {
                continue;
            }
            if (SlabStates.adopt(memory, map.slabEntryAt(slab), word, owner)) {
                long own = wordOf(slab);
                if (isEmpty(slab, Geometry.ofClass(sizeClass))) {
                    release(slab, own);
                    released = true;
                } else {
                    giveUp(slab, own, Geometry.ofClass(sizeClass));
                }
            }
        }
        return released;
    }

    boolean isEmpty(int slab, Geometry geometry) {
        long slabAt = map.slabAt(slab);
        for (int index = 0; index < geometry.count(); index++) {
            if (!BlockStates.is(memory.getLongAcquire(RecordLayout.recordAt(slabAt, index)), BlockState.FREE)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes a RELEASING run apart, tails first. Anyone may help, and the work of one that died or was stopped is
     * finished by the next that comes by.
     */
    void collect(int head) {
        long headAt = map.slabEntryAt(head);
        long releasing = memory.getLongAcquire(headAt);
        int run = memory.getInt(headAt + SlabLayout.RUN_OFFSET);
        if (stateOf(releasing) != SlabState.RELEASING || run < 1 || run > slabCount() - head) {
            return;
        }
        for (int slab = head + 1; slab < head + run; slab++) {
            long entryAt = map.slabEntryAt(slab);
            long tail = memory.getLongAcquire(entryAt);
            int its = memory.getInt(entryAt + SlabLayout.HEAD_OFFSET);
            // The head is looked at after the tail: still RELEASING means that the tail was of this run.
            if (memory.getLongAcquire(headAt) != releasing) {
                return;
            }
            if (stateOf(tail) == SlabState.TAIL && its == head) {
                SlabStates.freeTail(memory, entryAt, tail);
            }
        }
        SlabStates.freeHead(memory, headAt, releasing);
    }

    static SlabState stateOf(long word) {
        return SlabWord.isValid(word) ? SlabState.of(SlabWord.state(word)) : null;
    }

    /** Claims slabs one by one; RUN and HEAD are written and the tails made TAIL, but the head stays CLAIM. */
    private boolean claimRun(int head, int slabs) {
        int claimed = 0;
        while (claimed < slabs) {
            long entryAt = map.slabEntryAt(head + claimed);
            long word = memory.getLongAcquire(entryAt);
            if (stateOf(word) != SlabState.FREE || !SlabStates.claim(memory, entryAt, word, owner)) {
                abandonRun(head, claimed);
                return false;
            }
            claimed++;
        }
        for (int slab = head; slab < head + slabs; slab++) {
            long entryAt = map.slabEntryAt(slab);
            memory.putInt(entryAt + SlabLayout.RUN_OFFSET, slab == head ? slabs : 0);
            memory.putInt(entryAt + SlabLayout.HEAD_OFFSET, head);
            memory.putLong(entryAt + SlabLayout.HINT_OFFSET, 0);
        }
        for (int slab = head + 1; slab < head + slabs; slab++) {
            SlabStates.tail(memory, map.slabEntryAt(slab), wordOf(slab));
        }
        return true;
    }

    private boolean form(int slab, int sizeClass, Geometry geometry) {
        format(memory, map.slabAt(slab), slab, sizeClass, geometry);
        return SlabStates.own(memory, map.slabEntryAt(slab), wordOf(slab), sizeClass);
    }

    /** Writes a slab's header and its free records; before the commit of the slab's word. */
    static void format(SharedMemory memory, long slabAt, int slab, int slabClass, Geometry geometry) {
        memory.putLong(slabAt + SlabHeaderLayout.CANARY_OFFSET, SlabHeaderLayout.canary(slab));
        memory.putLong(slabAt + SlabHeaderLayout.CLASS_OFFSET, slabClass);
        memory.putLong(slabAt + SlabHeaderLayout.FORMATTED_BY_OFFSET, 0);
        long free = BlockStates.free(0);
        for (int index = 0; index < geometry.count(); index++) {
            memory.putLong(RecordLayout.recordAt(slabAt, index), free);
        }
        // The guard before the first block has a word behind nothing.
        for (int index = -1; index < geometry.count(); index++) {
            memory.putLongs(
                    slabAt + geometry.behind(index),
                    Guards.behind(slabAt + geometry.blockAt(index)),
                    Guards.before(slabAt + geometry.blockAt(index + 1)));
        }
    }

    /** The class of a word, or -1 where its slab has no size class. */
    static int sizeClassOf(long word) {
        int slabClass = SlabWord.slabClass(word);
        return SlabClass.isSizeClass(slabClass) ? slabClass : -1;
    }
}
