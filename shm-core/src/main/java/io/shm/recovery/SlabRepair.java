package io.shm.recovery;

import io.shm.layout.Geometry;
import io.shm.layout.PoolLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabClass;
import io.shm.layout.SlabHeaderLayout;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.layout.StateWord;
import io.shm.ledger.Finding;
import io.shm.ledger.Invariant;
import io.shm.ledger.SlabCount;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabStates;
import io.shm.memory.SharedMemory;

/**
 * Makes the entry of a slab anew from what else is left: the table of pools, the head of its run, or the slab's own first
 * bytes and records. Where these do not agree, the slab is taken out of use.
 */
final class SlabRepair {
    private final SharedMemory memory;
    private final RegionMap map;

    SlabRepair(SharedMemory memory, RegionMap map) {
        this.memory = memory;
        this.map = map;
    }

    /**
     * @param alone whether nobody is attached who may have the slab for his own and allocate from it
     * @return whether anything was changed
     */
    boolean rebuild(Finding finding, boolean alone) {
        int slab = finding.number();
        long word = finding.observed();
        return switch (finding.rule()) {
            case SLAB_POOL -> pool(slab, word);
            case SLAB_HEADER -> header(slab, finding) || fromWithin(slab, word(slab), alone);
            case SLAB_TAIL -> tail(slab, word);
            case SLAB_RUN -> run(slab, word) || fromWithin(slab, word, alone);
            default -> tail(slab, word) || fromWithin(slab, word, alone);
        };
    }

    /** Out of use. Of a run that two claim, its first slab is. */
    boolean quarantine(Finding finding) {
        int slab = finding.number();
        if (finding.rule() == Invariant.SLAB_HEADER) {
            return SlabStates.quarantine(memory, entryAt(slab), word(slab));
        } else if (finding.rule() != Invariant.SLAB_TAIL) {
            return SlabStates.quarantine(memory, entryAt(slab), finding.observed());
        }
        int head = headOver(slab);
        return head >= 0 && SlabStates.quarantine(memory, entryAt(head), word(head));
    }

    /** A pool's slabs are in its table, and nothing ever changes them. */
    private boolean pool(int slab, long word) {
        for (int pool = 0; pool < map.poolCount(); pool++) {
            long at = map.poolAt(pool);
            int first = memory.getInt(at + PoolLayout.FIRST_SLAB_OFFSET);
            int slabs = memory.getInt(at + PoolLayout.SLABS_OFFSET);
            if (slab < first || slab - first >= slabs) {
                continue;
            }
            int run = Geometry.forBlocks(memory.getLong(at + PoolLayout.BLOCK_SIZE_OFFSET))
                    .slabs();
            int head = slab - (slab - first) % run;
            memory.putInt(entryAt(slab) + SlabLayout.RUN_OFFSET, slab == head ? run : 0);
            memory.putInt(entryAt(slab) + SlabLayout.HEAD_OFFSET, head);
            long right = slab == head ? SlabStates.pool(pool) : SlabStates.poolTail();
            return word == right || SlabStates.rebuild(memory, entryAt(slab), word, right);
        }
        return false;
    }

    /** Whether the records are where the word says; then it is the slab's first bytes that are wrong. */
    private boolean header(int slab, Finding finding) {
        int wordClass = SlabWord.slabClass(word(slab));
        // A pool's slabs are in its table, and a large run has one record.
        if (SlabClass.isSizeClass(wordClass)
                && !areRecords(slab, Geometry.ofClass(wordClass).count())) {
            return false;
        }
        long at = map.slabAt(slab);
        long itsClass = memory.getLong(at + SlabHeaderLayout.CLASS_OFFSET);
        boolean canary = memory.compareAndSetLong(
                at + SlabHeaderLayout.CANARY_OFFSET, finding.observed(), SlabHeaderLayout.canary(slab));
        return canary
                && memory.compareAndSetLong(
                        at + SlabHeaderLayout.CLASS_OFFSET, itsClass, SlabWord.slabClass(word(slab)));
    }

    /** The finding that a slab is not what its word says, although that is a valid one. */
    Finding doubt(int slab) {
        return new Finding(Invariant.SLAB_WORD, entryAt(slab), "slab", slab, -1, word(slab), 0, "");
    }

    /** A slab that a committed run reaches over is its tail; one that none does, and that says so, is nobody's. */
    private boolean tail(int slab, long word) {
        int head = headOver(slab);
        SlabState state = stateOf(word);
        if (head < 0) {
            if (state == SlabState.TAIL) {
                return SlabStates.freeTail(memory, entryAt(slab), word);
            }
            if (state != null && state.isFormatted() && head(slab) != slab) {
                memory.putInt(entryAt(slab) + SlabLayout.HEAD_OFFSET, slab);
                return true;
            }
            return false;
        }
        if (state != null && state != SlabState.TAIL && state != SlabState.FREE) {
            return false;
        }
        memory.putInt(entryAt(slab) + SlabLayout.HEAD_OFFSET, head);
        return state == SlabState.TAIL || SlabStates.rebuild(memory, entryAt(slab), word, SlabStates.poolTail());
    }

    /** The first slab of a committed run that reaches over this one; -1 if there is none. */
    private int headOver(int slab) {
        int said = head(slab);
        if (isHeadOver(said, slab)) {
            return said;
        }
        for (int head = slab - 1; head >= 0 && stateOf(word(head)) == SlabState.TAIL; head--) {
            if (isHeadOver(head(head), slab)) {
                return head(head);
            }
        }
        return isHeadOver(slab - 1, slab) ? slab - 1 : -1;
    }

    private boolean isHeadOver(int head, int slab) {
        if (head < 0 || head >= slab) {
            return false;
        }
        SlabState state = stateOf(word(head));
        return state != null && state.isFormatted() && runOf(head) > slab - head;
    }

    /** The length of a run whose class says it, or whose tails do. */
    private boolean run(int slab, long word) {
        int slabClass = SlabWord.slabClass(word);
        int run = SlabClass.isSizeClass(slabClass) ? Geometry.ofClass(slabClass).slabs() : 1 + tailsBehind(slab);
        if (slab + run > count() || 1 + tailsBehind(slab) < run || runOf(slab) == run) {
            return false;
        }
        memory.putInt(entryAt(slab) + SlabLayout.RUN_OFFSET, run);
        return true;
    }

    /** From the slab's first bytes and its records; only where they all agree. */
    private boolean fromWithin(int slab, long word, boolean alone) {
        long at = map.slabAt(slab);
        long slabClass = memory.getLong(at + SlabHeaderLayout.CLASS_OFFSET);
        if (memory.getLong(at + SlabHeaderLayout.CANARY_OFFSET) != SlabHeaderLayout.canary(slab)
                || slabClass < 0
                || slabClass > SlabClass.LARGE
                || head(slab) != slab) {
            return false;
        }
        // An epoch that the slab had not: nobody who has its old word can take it for that one.
        long epoch = SlabWord.epoch(word) + (1L << 30);
        if (slabClass == SlabClass.LARGE) {
            int run = runOf(slab);
            return run >= 1
                    && run == 1 + tailsBehind(slab)
                    && areRecords(slab, 1)
                    && SlabStates.rebuild(memory, entryAt(slab), word, SlabStates.large(epoch));
        }
        if (!alone || !SlabClass.isSizeClass((int) slabClass)) {
            return false;
        }
        Geometry geometry = Geometry.ofClass((int) slabClass);
        if (slab + geometry.slabs() > count()
                || tailsBehind(slab) < geometry.slabs() - 1
                || !areRecords(slab, geometry.count())) {
            return false;
        }
        memory.putInt(entryAt(slab) + SlabLayout.RUN_OFFSET, geometry.slabs());
        return SlabStates.rebuild(memory, entryAt(slab), word, SlabStates.partial((int) slabClass, epoch));
    }

    private boolean areRecords(int slab, int records) {
        int valid = 0;
        for (int index = 0; index < records; index++) {
            valid += StateWord.isValid(memory.getLongAcquire(RecordLayout.recordAt(map.slabAt(slab), index))) ? 1 : 0;
        }
        // A record that is damaged too is dealt with by itself; of payload hardly any word is a valid one.
        return valid > 0 && valid >= records - records / 8;
    }

    private int tailsBehind(int slab) {
        int tails = 0;
        while (slab + 1 + tails < count()
                && stateOf(word(slab + 1 + tails)) == SlabState.TAIL
                && head(slab + 1 + tails) == slab) {
            tails++;
        }
        return tails;
    }

    private int count() {
        return SlabCount.of(memory, map);
    }

    private long entryAt(int slab) {
        return map.slabEntryAt(slab);
    }

    private long word(int slab) {
        return memory.getLongAcquire(entryAt(slab) + SlabLayout.WORD_OFFSET);
    }

    private int runOf(int slab) {
        return memory.getInt(entryAt(slab) + SlabLayout.RUN_OFFSET);
    }

    private int head(int slab) {
        return memory.getInt(entryAt(slab) + SlabLayout.HEAD_OFFSET);
    }

    private static SlabState stateOf(long word) {
        return SlabWord.isValid(word) ? SlabState.of(SlabWord.state(word)) : null;
    }
}
