package io.shm.inspect;

import io.shm.layout.Geometry;
import io.shm.layout.Handle;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabClass;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.Finding;
import io.shm.ledger.Findings;
import io.shm.ledger.Invariant;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabView;
import io.shm.memory.SharedMemory;

/** Each record by itself: word, owner, body, and the names in it. */
final class RecordCheck {
    private static final boolean[] OWNED = new boolean[16];

    static {
        for (BlockState state : new BlockState[] {
            BlockState.LIVE, BlockState.PUB, BlockState.TAKE, BlockState.PUBS, BlockState.OFFER, BlockState.RESERVED
        }) {
            OWNED[state.code()] = true;
        }
    }

    private final SharedMemory memory;
    private final RegionMap map;
    private final SlotsInUse slots;
    private final PoolCheck pools;
    private final TextCheck texts;
    private final HeaderCheck header;
    private final Findings findings;
    private int pool = -1;
    private long usable = Geometry.MAX_BLOCKS;

    RecordCheck(
            SharedMemory memory,
            RegionMap map,
            SlotsInUse slots,
            PoolCheck pools,
            TextCheck texts,
            HeaderCheck header,
            Findings findings) {
        this.memory = memory;
        this.map = map;
        this.slots = slots;
        this.pools = pools;
        this.texts = texts;
        this.header = header;
        this.findings = findings;
    }

    void startSlab(SlabView slab) {
        boolean ofPool = slab.state() == SlabState.POOL && pools.isKnown(SlabClass.poolOf(slab.slabClass()));
        pool = ofPool ? SlabClass.poolOf(slab.slabClass()) : -1;
        usable = ofPool ? pools.usable(pool, slab.slab()) : Geometry.MAX_BLOCKS;
    }

    /** Whether the record is a sound one of a block in use. */
    boolean check(SlabView slab, RecordView block) {
        if (block.damaged()) {
            damaged(block);
            return false;
        }
        long word = block.word();
        int state = StateWord.state(word);
        int owner = StateWord.owner(word);
        if (OWNED[state] ? owner < 1 || owner > RegionMap.PARTICIPANTS : owner != 0) {
            broken(Invariant.RECORD_STATE, block, BlockState.of(state) + " with owner=" + owner);
        } else if (owner != 0 && !slots.has(owner)) {
            broken(Invariant.RECORD_OWNER, block, BlockState.of(state) + " owner=" + (owner - 1));
        }
        if (state == BlockState.QUARANTINE.code()) {
            return false;
        }
        if (header.isAhead(StateWord.generation(word)) && isStill(block)) {
            broken(Invariant.GENERATION, block, "generation=" + StateWord.generation(word));
        }
        if (state == BlockState.FREE.code()) {
            return false;
        }
        if ((StateWord.generation(word) & Handle.GENERATION_MASK) == 0) {
            broken(Invariant.RECORD_STATE, block, BlockState.of(state) + " with generation 0");
        }
        if (block.index() >= usable) {
            broken(Invariant.RECORD_POOL, block, "spare of pool=" + pool);
        }
        return block.isUsed() && body(block);
    }

    private boolean body(RecordView block) {
        if (block.size() == 0) {
            broken(Invariant.RECORD_SIZE, block, "size=0");
            return false;
        }
        int site = block.site();
        int tag = block.tag();
        if (site >= map.siteCount()
                || tag >= map.tagCount()
                || block.type() >= map.typeCount()
                || block.allocatedBy() == 0) {
            broken(
                    Invariant.RECORD_NAMES,
                    block,
                    "site=" + site + " tag=" + tag + " type=" + block.type() + " process=" + block.allocatedBy());
            return false;
        }
        if (pool >= 0 && pools.tag(pool) != 0 && pools.tag(pool) != tag) {
            broken(Invariant.RECORD_POOL, block, "tag=" + tag + " in pool=" + pool + " of tag=" + pools.tag(pool));
        }
        texts.named(site, tag, block.type());
        return true;
    }

    private void damaged(RecordView block) {
        long word = block.word();
        if (!StateWord.isValid(word) || BlockState.of(StateWord.state(word)) == null) {
            broken(Invariant.RECORD_WORD, block, "");
        } else if (!block.isSealed()) {
            broken(Invariant.RECORD_SEAL, block, "");
        } else {
            broken(
                    Invariant.RECORD_SIZE,
                    block,
                    "size=" + block.size() + " place=" + block.capacity() + " alignment=" + block.alignment());
        }
    }

    private void broken(Invariant rule, RecordView block, String evidence) {
        long body = 0;
        for (int at = RecordLayout.SIZE_OFFSET; at < RecordLayout.CELL_OFFSET; at += Long.BYTES) {
            body = body * 31 + memory.getLong(block.recordAt() + at);
        }
        if (isStill(block)) {
            findings.add(new Finding(
                    rule, block.recordAt(), "record", block.slab(), block.index(), block.word(), body, evidence));
        }
    }

    private boolean isStill(RecordView block) {
        SharedMemory.loadLoadFence();
        return memory.getLong(block.recordAt()) == block.word();
    }
}
