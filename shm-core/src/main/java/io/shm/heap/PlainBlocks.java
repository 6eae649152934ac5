package io.shm.heap;

import io.shm.layout.Geometry;
import io.shm.layout.Guards;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.SlabView;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;

/**
 * Frees the plain ones of a gone participant's blocks, a slab at a time, and tells whether there is more to do in it.
 *
 * <p>Plain is a live block whose record is whole and whose guards are, without cells, secrets, an alignment of its own, or a
 * note that a channel may have made. Those are most of what the dead had, and what there is to know of one lies in its
 * record's line and its guards: a look through a {@link io.shm.ledger.RecordView} costs as much as all the rest. Anything
 * else stays as it is, down to the last bit, for {@link Reclaim}, whose steps these are too: note, free.
 *
 * <p>By whoever reclaims the owner, so that nobody else frees its blocks or writes their records; for one thread.
 */
final class PlainBlocks {
    private final SharedMemory memory;
    private final RegionMap map;
    private final FreedTotals totals;
    /** State and owner of what is his and live, as they are at the top of a word. */
    private final long live;

    private final int owner;
    private final int process;
    private final long nowMs;
    private final boolean channels;

    private boolean anyFreed;
    private boolean anyLeft;
    private boolean allFree;

    /**
     * @param owner who is gone
     * @param process who reclaims, for the notes
     * @param channels whether the region has channels, so that blocks may be messages and HELD ones queues
     */
    PlainBlocks(
            SharedMemory memory,
            RegionMap map,
            FreedTotals totals,
            int owner,
            int process,
            long nowMs,
            boolean channels) {
        this.memory = memory;
        this.map = map;
        this.totals = totals;
        this.live = BlockStates.live(owner, 0) >>> StateWord.OWNER_SHIFT;
        this.owner = owner;
        this.process = process;
        this.nowMs = nowMs;
        this.channels = channels;
    }

    /** Whether the last slab had any. */
    boolean anyFreed() {
        return anyFreed;
    }

    /** Whether the last slab has a record for {@link Reclaim} to look at: the gone one's, a shared block's, or a channel's. */
    boolean anyLeft() {
        return anyLeft;
    }

    /** Whether all blocks of the last slab were seen free. That stays so where nobody allocates from it but the gone one. */
    boolean allFree() {
        return allFree;
    }

    /**
     * Frees those of one slab.
     *
     * <p>Dies half-way: as in {@link BlockStates#note} and {@link BlockStates#free}; whoever follows finds the others. What
     * was freed here is in no totals then.
     *
     * @param slab has a geometry
     */
    void free(SlabView slab) {
        Geometry geometry = slab.geometry();
        int count = geometry.count();
        long blockBytes = geometry.blockBytes();
        long slabAt = map.slabAt(slab.slab());
        long recordAt = RecordLayout.recordAt(slabAt, 0);
        long blockAt = slabAt + geometry.blockAt(0);
        long toBehind = geometry.behind(0) - geometry.blockAt(0);
        boolean left = false;
        int free = 0;
        // Sums of those freed that are alike, told when another kind comes.
        long origin = 0;
        int tag = 0;
        long blocks = 0;
        long bytes = 0;
        anyFreed = false;
        for (int index = 0; index < count; index++) {
            long word = memory.getLongAcquire(recordAt);
            if (word >>> StateWord.OWNER_SHIFT == live) {
                long size = memory.getLong(recordAt + RecordLayout.SIZE_OFFSET);
                long from = memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET);
                if (isPlain(size, from, blockBytes)
                        && isWhole(blockAt, blockAt + RecordWords.sizeOf(size), blockAt + toBehind)
                        && free(recordAt, word, from)) {
                    if (from != origin || RecordWords.tagOf(size) != tag) {
                        tell(slab, origin, tag, blocks, bytes);
                        origin = from;
                        tag = RecordWords.tagOf(size);
                        blocks = 0;
                        bytes = 0;
                    }
                    blocks++;
                    bytes += RecordWords.sizeOf(size);
                    free++;
                } else {
                    left = true;
                }
            } else if (BlockStates.is(word, BlockState.FREE)) {
                free++;
            } else {
                left |= isForReclaim(word);
            }
            recordAt += RecordLayout.LENGTH;
            blockAt += toBehind + Geometry.GUARD_BYTES;
        }
        tell(slab, origin, tag, blocks, bytes);
        anyLeft = left;
        allFree = free == count;
    }

    /** By what the words of its body say, if they are whole. */
    private boolean isPlain(long size, long origin, long blockBytes) {
        return RecordWords.typeOf(size) == Types.NONE
                && RecordWords.sizeOf(size) > 0
                && RecordWords.sizeOf(size) <= blockBytes
                && (RecordWords.flagsOf(origin) & ~RecordWords.PINNED) == 0;
    }

    /** The block's tail, its end, and the word before it. */
    private boolean isWhole(long blockAt, long end, long behind) {
        return GuardCheck.isWhole(memory, blockAt, end)
                && (end == behind || memory.getLong(behind) == Guards.behind(blockAt));
    }

    /** Where the record is whole and no channel's: notes who frees it, and frees it. */
    private boolean free(long recordAt, long word, long origin) {
        int checksum = RecordWords.checksumOf(memory.getLong(recordAt + RecordLayout.SEAL_OFFSET));
        long born = memory.getLong(recordAt + RecordLayout.BORN_OFFSET);
        long by = memory.getLong(recordAt + RecordLayout.BY_OFFSET);
        if (!StateWord.isValid(word)
                || RecordWords.checksum(recordAt, origin, born, by) != checksum
                || (channels && isNoted(recordAt))) {
            return false;
        }
        BlockStates.note(memory, recordAt, process, RecordWords.siteOf(origin), BlockStates.RECLAIMED, nowMs, checksum);
        return BlockStates.free(memory, recordAt, word);
    }

    private boolean isNoted(long recordAt) {
        return RecordWords.actionOf(memory.getLong(recordAt + RecordLayout.CHANGED_OFFSET)) != BlockStates.ALLOCATED;
    }

    /** Whether it is the gone one's, or may be so far: a share in it, or a place in a queue. */
    private boolean isForReclaim(long word) {
        int state = StateWord.state(word);
        return StateWord.owner(word) == owner
                || state == BlockState.SHARED.code()
                || (channels && state == BlockState.HELD.code());
    }

    private void tell(SlabView slab, long origin, int tag, long blocks, long bytes) {
        if (blocks != 0) {
            anyFreed = true;
            totals.add(slab.slabClass(), RecordWords.siteOf(origin), tag, RecordWords.flagsOf(origin), blocks, bytes);
        }
    }
}
