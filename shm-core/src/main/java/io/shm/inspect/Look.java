package io.shm.inspect;

import io.shm.layout.RegionMap;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.Finding;
import io.shm.ledger.Findings;
import io.shm.ledger.Invariant;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Sites;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabView;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.List;

/** One walk through everything that a {@link Verifier} checks. Used once. */
final class Look implements LedgerScan.Visitor {
    /** Of what is out of use so many are shown. */
    private static final int MOST_QUARANTINED = 10_000;

    final Findings findings = new Findings();
    final List<Finding> quarantined = new ArrayList<>();
    private final SharedMemory memory;
    private final RegionMap map;
    private final SlotsInUse slots;
    private final HeaderCheck header;
    private final ParticipantCheck participants;
    private final TextCheck texts;
    private final PoolCheck pools;
    private final SlabCheck slabs;
    private final RecordCheck records;
    private final CellCheck cells;
    private final ChannelCheck channels;
    private final GuardInspection guards;
    private final LogCheck log;
    private final CounterCheck counters;
    private final PictureScan accounts;

    private long slabCount;
    private long recordCount;

    Look(SharedMemory memory, RegionMap map, int self) {
        this.memory = memory;
        this.map = map;
        this.slots = new SlotsInUse(memory, self);
        Sites sites = new Sites(memory, map);
        Tags tags = new Tags(memory, map);
        this.header = new HeaderCheck(memory, map, findings);
        this.participants = new ParticipantCheck(memory, map, findings);
        this.texts = new TextCheck(memory, map, sites, tags, findings);
        this.pools = new PoolCheck(memory, map, findings);
        this.slabs = new SlabCheck(memory, map, slots, pools, findings);
        this.counters = new CounterCheck(memory, map, pools, findings);
        this.records = new RecordCheck(memory, map, slots, pools, texts, header, findings);
        this.cells = new CellCheck(memory, map, slots, findings);
        this.channels = new ChannelCheck(memory, map, slots, findings);
        this.guards = new GuardInspection(memory, map, findings);
        this.log = new LogCheck(memory, map, findings);
        this.accounts = new PictureScan(memory, map);
    }

    Look run() {
        pools.check();
        participants.check();
        log.check();
        new LedgerScan(memory, map).forEach(this);
        cells.checkRoots();
        texts.check();
        header.check(participants.highestProcess(), texts.end());
        long mapped = memory.size();
        long total = accounts.accounts(map, mapped).total();
        if (total != mapped) {
            findings.add(Invariant.ACCOUNTS, 0, "header", -1, total, mapped, "sum=" + total + " mapped=" + mapped);
        }
        if (slots.nobodySince()) {
            counters.check();
        }
        return this;
    }

    Verifier.Outcome outcome(Findings standing) {
        return new Verifier.Outcome(
                standing, quarantined, slabCount, recordCount, slots.attached(), slots.attached() == 0);
    }

    @Override
    public void slab(SlabView slab) {
        slabCount += slab.slabs();
        accounts.slab(slab);
        slabs.check(slab);
        records.startSlab(slab);
        counters.startSlab(slab);
        if (slab.state() == SlabState.QUARANTINE) {
            outOfUse(map.slabEntryAt(slab.slab()), "slab", slab.slab(), -1, slab.word());
        }
    }

    @Override
    public void block(SlabView slab, RecordView block) {
        recordCount++;
        accounts.block(slab, block);
        boolean sound = records.check(slab, block);
        counters.block(block, sound);
        if (sound) {
            cells.check(block);
            channels.check(block);
            guards.check(slab, block);
        }
        if (StateWord.state(block.word()) == BlockState.QUARANTINE.code() && !block.damaged()) {
            outOfUse(block.recordAt(), "record", slab.slab(), block.index(), block.word());
        }
    }

    private void outOfUse(long at, String place, int number, int index, long word) {
        if (quarantined.size() < MOST_QUARANTINED) {
            quarantined.add(new Finding(null, at, place, number, index, word, 0, ""));
        }
    }
}
