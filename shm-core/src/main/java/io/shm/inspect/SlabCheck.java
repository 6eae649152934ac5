package io.shm.inspect;

import io.shm.layout.RegionMap;
import io.shm.layout.SlabClass;
import io.shm.layout.SlabHeaderLayout;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.ledger.Findings;
import io.shm.ledger.Invariant;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabView;
import io.shm.memory.SharedMemory;

/** The entry of each slab, the run that it begins, and the first bytes of the slab itself. */
final class SlabCheck {
    private final SharedMemory memory;
    private final RegionMap map;
    private final SlotsInUse slots;
    private final PoolCheck pools;
    private final Findings findings;

    SlabCheck(SharedMemory memory, RegionMap map, SlotsInUse slots, PoolCheck pools, Findings findings) {
        this.memory = memory;
        this.map = map;
        this.slots = slots;
        this.pools = pools;
        this.findings = findings;
    }

    void check(SlabView view) {
        int slab = view.slab();
        long word = view.word();
        SlabState state = stateOf(word);
        int pool = pools.of(slab);
        if (pool >= 0 && !isOfPool(pool, slab, state, word)) {
            broken(Invariant.SLAB_POOL, slab, word, "pool=" + pool);
            return;
        }
        if (state == null) {
            broken(Invariant.SLAB_WORD, slab, word, "");
            return;
        }
        String contradiction = contradiction(state, SlabWord.owner(word), SlabWord.slabClass(word), pool);
        if (contradiction != null) {
            broken(Invariant.SLAB_CLASS, slab, word, contradiction);
        } else if (view.damaged()) {
            broken(Invariant.SLAB_RUN, slab, word, "run=" + run(slab));
        } else if (state != SlabState.TAIL && SlabWord.owner(word) != 0 && !slots.has(SlabWord.owner(word))) {
            broken(Invariant.SLAB_OWNER, slab, word, "owner=" + (SlabWord.owner(word) - 1));
        } else if (view.geometry() != null) {
            committed(slab, word, view.slabs());
        } else if (state == SlabState.TAIL && pool < 0 && !isExplained(slab, word)) {
            broken(Invariant.SLAB_TAIL, slab, word, "head=" + head(slab));
        }
    }

    /** A pool's slabs never change. The entry of a run's tail is looked at only where its head is damaged. */
    private boolean isOfPool(int pool, int slab, SlabState state, long word) {
        int head = pools.headOf(pool, slab);
        return slab == head
                ? state == SlabState.POOL
                        && SlabWord.slabClass(word) == SlabClass.ofPool(pool)
                        && SlabWord.owner(word) == 0
                        && run(slab) == pools.runOf(pool)
                        && head(slab) == slab
                : state == SlabState.TAIL && head(slab) == head;
    }

    /** What does not go together in a word; null where all does. */
    private String contradiction(SlabState state, int owner, int slabClass, int pool) {
        boolean owned = state == SlabState.CLAIM || state == SlabState.OWN;
        if (owned ? owner < 1 || owner > RegionMap.PARTICIPANTS : state != SlabState.TAIL && owner != 0) {
            return state + " with owner=" + owner;
        }
        boolean fits = switch (state) {
            case FREE, CLAIM, TAIL, QUARANTINE -> slabClass == SlabClass.NONE;
            case OWN, PARTIAL -> SlabClass.isSizeClass(slabClass);
            case LARGE -> slabClass == SlabClass.LARGE;
            case RELEASING -> slabClass == SlabClass.LARGE || SlabClass.isSizeClass(slabClass);
            case POOL -> pool >= 0;
        };
        return fits ? null : state + " with class=" + slabClass;
    }

    private void committed(int slab, long word, int slabs) {
        long at = map.slabAt(slab);
        long canary = memory.getLong(at + SlabHeaderLayout.CANARY_OFFSET);
        long itsClass = memory.getLong(at + SlabHeaderLayout.CLASS_OFFSET);
        boolean first = head(slab) == slab;
        if ((canary != SlabHeaderLayout.canary(slab) || itsClass != SlabWord.slabClass(word)) && isStill(slab, word)) {
            findings.add(
                    Invariant.SLAB_HEADER,
                    at,
                    "slab",
                    slab,
                    canary,
                    word ^ itsClass << 1,
                    "class=" + itsClass + " expected 0x" + Long.toHexString(SlabHeaderLayout.canary(slab)) + " class="
                            + SlabWord.slabClass(word));
        }
        if (!first) {
            broken(Invariant.SLAB_TAIL, slab, word, "head=" + head(slab) + " expected " + slab);
        }
        for (int tail = slab + 1; tail < slab + slabs; tail++) {
            long tailWord = memory.getLongAcquire(map.slabEntryAt(tail));
            if ((stateOf(tailWord) != SlabState.TAIL || head(tail) != slab) && isStill(slab, word)) {
                broken(Invariant.SLAB_TAIL, tail, tailWord, "head=" + head(tail) + " expected " + slab);
            }
        }
    }

    /** Whether a tail outside a committed run has a reason: its head is damaged, or somebody is at work or was. */
    private boolean isExplained(int slab, long word) {
        int head = head(slab);
        if (head < 0 || head >= slab) {
            return slots.has(SlabWord.owner(word));
        }
        long headWord = memory.getLongAcquire(map.slabEntryAt(head));
        SlabState state = stateOf(headWord);
        return state == null
                || state == SlabState.QUARANTINE
                || state == SlabState.RELEASING
                || (state.isFormatted() && run(head) > slab - head)
                || slots.has(SlabWord.owner(word));
    }

    private void broken(Invariant rule, int slab, long word, String evidence) {
        long run = memory.getLong(map.slabEntryAt(slab) + SlabLayout.RUN_OFFSET);
        if (isStill(slab, word)) {
            findings.add(rule, map.slabEntryAt(slab), "slab", slab, word, run, evidence);
        }
    }

    private boolean isStill(int slab, long word) {
        SharedMemory.loadLoadFence();
        return memory.getLong(map.slabEntryAt(slab)) == word;
    }

    private int run(int slab) {
        return memory.getInt(map.slabEntryAt(slab) + SlabLayout.RUN_OFFSET);
    }

    private int head(int slab) {
        return memory.getInt(map.slabEntryAt(slab) + SlabLayout.HEAD_OFFSET);
    }

    private static SlabState stateOf(long word) {
        return SlabWord.isValid(word) ? SlabState.of(SlabWord.state(word)) : null;
    }
}
