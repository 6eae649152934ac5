package io.shm.heap;

import io.shm.layout.Geometry;
import io.shm.layout.PoolLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabClass;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabStates;
import io.shm.ledger.SlabView;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;

/**
 * Settles everything that carries the owner number of a participant that is gone: its blocks by the region's policy,
 * its slabs, its half-done claims.
 *
 * <p>By whoever holds the slot's liveness lock, so that nobody else acts for this owner; concurrently with everybody
 * else's work. Idempotent: each step is one CAS from the word seen, so whoever follows a reclaimer that died begins
 * again and finds only what is left.
 */
public final class Reclaim {
    private final SharedMemory memory;
    private final RegionMap map;
    private final Tags tags;
    private final int process;
    private final boolean keeps;
    private final long nowMs;
    private final LedgerScan scan;
    private final SlabSource source;

    private long blocks;
    private long bytes;

    /**
     * @param process who reclaims, by its id in the process history
     * @param keeps the region's policy: live blocks become orphans, rather than free
     */
    public Reclaim(SharedMemory memory, RegionMap map, Tags tags, int process, boolean keeps, long nowMs) {
        this.memory = memory;
        this.map = map;
        this.tags = tags;
        this.process = process;
        this.keeps = keeps;
        this.nowMs = nowMs;
        this.scan = new LedgerScan(memory, map);
        this.source = new SlabSource(memory, map, 0);
    }

    /** Blocks that were found live, freed or kept. */
    public long blocks() {
        return blocks;
    }

    /** Their requested bytes. */
    public long bytes() {
        return bytes;
    }

    /** Settles what the participant in a slot held. */
    public void reclaim(int slot) {
        int owner = slot + 1;
        scan.forEach(new LedgerScan.Visitor() {
            @Override
            public void slab(SlabView slab) {}

            @Override
            public void block(SlabView slab, RecordView block) {
                if (!block.damaged() && block.owner() == owner) {
                    reclaimBlock(slab, block);
                }
            }
        });
        scan.another().forEach(new LedgerScan.Visitor() {
            private boolean anyUsed;
            private int slabAt = -1;
            private long word;
            private Geometry geometry;

            @Override
            public void slab(SlabView slab) {
                reclaimSlab(slab, owner);
            }

            @Override
            public void block(SlabView slab, RecordView block) {
                if (block.index() == 0) {
                    anyUsed = false;
                    slabAt = slab.slab();
                    word = slab.word();
                    geometry = slab.geometry();
                }
                anyUsed |= block.damaged() || !block.isFree();
                if (block.index() + 1 == geometry.count()) {
                    settleSlab(slabAt, word, geometry, owner, anyUsed);
                }
            }
        });
    }

    private void reclaimBlock(SlabView slab, RecordView block) {
        long recordAt = block.recordAt();
        if (block.state() == BlockState.RESERVED) {
            // Perhaps it died before it had wiped it; if it was only reserved, nobody minds.
            wipeIfSecret(block);
            if (BlockStates.withdraw(memory, recordAt, block.word())) {
                hint(slab, block);
            }
            return;
        }
        if (block.state() != BlockState.LIVE) {
            return;
        }
        int action = keeps ? BlockStates.ORPHANED : BlockStates.RECLAIMED;
        BlockStates.note(memory, recordAt, process, block.site(), action, nowMs);
        if (keeps) {
            BlockStates.orphan(memory, recordAt, block.word());
        } else {
            wipeIfSecret(block);
            if (BlockStates.free(memory, recordAt, block.word())) {
                hint(slab, block);
                boolean counted = (block.flags() & RecordWords.UNCOUNTED) == 0;
                if (counted) {
                    Housekeeping.countReclaimed(memory, map, block.site(), block.tag(), block.size(), nowMs);
                }
                if (counted && SlabClass.isPool(slab.slabClass())) {
                    memory.getAndAddLong(map.poolAt(SlabClass.poolOf(slab.slabClass())) + PoolLayout.IN_USE_OFFSET, -1);
                }
                if (block.tag() < map.tagCount() && tags.budget(block.tag()) > 0) {
                    tags.refund(block.tag(), block.size());
                }
            }
        }
        blocks++;
        bytes += block.size();
    }

    private void wipeIfSecret(RecordView block) {
        if ((block.flags() & RecordWords.SECRET) != 0) {
            memory.fill(block.payloadAt(), block.capacity(), (byte) 0);
        }
    }

    private void hint(SlabView slab, RecordView block) {
        memory.getAndBitwiseOrLong(
                map.slabEntryAt(slab.slab()) + SlabLayout.HINT_OFFSET,
                1L << SlabCache.group(block.index(), slab.geometry().count()));
    }

    /** What is not formatted: claims, tails of runs never committed, runs half taken apart. */
    private void reclaimSlab(SlabView slab, int owner) {
        long entryAt = map.slabEntryAt(slab.slab());
        if (slab.state() == SlabState.RELEASING) {
            source.collect(slab.slab());
        } else if (slab.owner() == owner && slab.state() == SlabState.CLAIM) {
            SlabStates.unclaim(memory, entryAt, slab.word());
        } else if (slab.owner() == owner && slab.state() == SlabState.TAIL && !isOfRun(slab.slab())) {
            SlabStates.freeTail(memory, entryAt, slab.word());
        }
    }

    /** Whether a tail's head is a committed run that reaches it, or one that is being taken apart. */
    private boolean isOfRun(int slab) {
        long entryAt = map.slabEntryAt(slab);
        int head = memory.getInt(entryAt + SlabLayout.HEAD_OFFSET);
        if (head < 0 || head >= slab) {
            return false;
        }
        SlabState state = SlabSource.stateOf(source.wordOf(head));
        int run = memory.getInt(map.slabEntryAt(head) + SlabLayout.RUN_OFFSET);
        return state != null && (state.isFormatted() || state == SlabState.RELEASING) && run > slab - head;
    }

    private void settleSlab(int slab, long word, Geometry geometry, int owner, boolean anyUsed) {
        SlabState state = SlabSource.stateOf(word);
        if (state == SlabState.LARGE && !anyUsed) {
            source.release(slab, word);
        } else if (state == SlabState.OWN && SlabWord.owner(word) == owner) {
            if (anyUsed) {
                source.giveUp(slab, word, geometry);
            } else {
                source.release(slab, word);
            }
        }
    }
}
