package io.shm.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.error.OutOfSharedMemoryException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.heap.PoolSpec;
import io.shm.layout.BroadcastLayout;
import io.shm.layout.BroadcastSlotLayout;
import io.shm.layout.BroadcastWord;
import io.shm.layout.CallLayout;
import io.shm.layout.ChannelLayout;
import io.shm.layout.FaultLayout;
import io.shm.layout.FaultWord;
import io.shm.layout.Geometry;
import io.shm.layout.Handle;
import io.shm.layout.HeaderLayout;
import io.shm.layout.HoldersWord;
import io.shm.layout.ParticipantLayout;
import io.shm.layout.PoolLayout;
import io.shm.layout.ProcessLayout;
import io.shm.layout.QueueWord;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.RequestsLayout;
import io.shm.layout.RoleWord;
import io.shm.layout.ScopeLayout;
import io.shm.layout.ScopeWord;
import io.shm.layout.SlabClass;
import io.shm.layout.SlabHeaderLayout;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.layout.StateWord;
import io.shm.layout.TagLayout;
import io.shm.layout.TextWord;
import io.shm.layout.TotalsLayout;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.BlockType;
import io.shm.ledger.BroadcastBlock;
import io.shm.ledger.BroadcastStates;
import io.shm.ledger.CallStates;
import io.shm.ledger.ChannelBlock;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.FaultLog;
import io.shm.ledger.Finding;
import io.shm.ledger.Invariant;
import io.shm.ledger.QueueStates;
import io.shm.ledger.RequestsBlock;
import io.shm.ledger.RootNames;
import io.shm.ledger.ScopeState;
import io.shm.ledger.Scopes;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.ledger.SlabState;
import io.shm.ledger.SubscriptionStates;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each rule, broken once; a sound region; and regions in which others work. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VerifierTest {
    private static final int SIZE = 4 << 20;

    private final HeapFixture region =
            new HeapFixture(SIZE, new PoolSpec("packet", 100, 50, true), new PoolSpec("report", 20_000, 4, false));
    private final Heap heap = region.heap(1);
    private final int site = new Sites(region.memory, region.map).idOf(Site.of("A", "b", "A.java", 1));
    private final int packet = region.tags.idOf("packet");
    private final int budgeted = region.tags.idOf("budgeted");
    private final Block small;
    private final Block pooled;
    private final Block large;
    private final Block channel;
    private final Block requests;
    private final Block broadcast;
    private final Set<Invariant> shown = EnumSet.noneOf(Invariant.class);

    VerifierTest() {
        region.tags.setBudget(budgeted, 1 << 20);
        small = heap.tryAllocate(1000, budgeted, site, 0);
        pooled = heap.tryAllocate(90, packet, site, 0);
        large = heap.tryAllocate(
                300_000, 0, site, BlockSpec.of(1).alignment(4096).flags());
        channel = typed(ChannelBlock.TYPE, ChannelLayout.bytesFor(4));
        requests = typed(RequestsBlock.TYPE, RequestsLayout.bytesFor(4));
        broadcast = typed(BroadcastBlock.TYPE, BroadcastLayout.bytesFor(4));
        for (int i = 0; i < 500; i++) {
            heap.tryAllocate(1 + i * 37, 0, site, 0);
        }
        assertThat(findings()).isEmpty();
    }

    @Test
    void everyRuleCanBeBrokenAndIsFound() {
        header();
        participants();
        texts();
        slabs();
        records();
        guards();
        logs();
        cells();
        channels();
        counters();
        assertThat(EnumSet.complementOf(EnumSet.copyOf(shown)))
                .as("rules that no damage here breaks; the parts add up whatever the words say")
                .containsExactly(Invariant.ACCOUNTS);
    }

    private void header() {
        long header = 0;
        expect(Invariant.HEADER_FIELD, () -> put(header + HeaderLayout.LEVEL_OFFSET, 9));
        expect(Invariant.RESERVED, () -> put(header + HeaderLayout.CHECKSUM_OFFSET + 8, 1));
        expect(Invariant.RESERVED, () -> put(region.map.slabEntryAt(3) + 24, 1));
        expect(Invariant.SLAB_COUNT, () -> add(header + HeaderLayout.SLAB_COUNT_OFFSET, -1));
        expect(Invariant.GENERATION, () -> add(header + HeaderLayout.GENERATION_OFFSET, -5000));
        expect(Invariant.NEXT_PROCESS, () -> put(header + HeaderLayout.NEXT_PROCESS_OFFSET, -1));
        expect(Invariant.NEXT_TEXT, () -> put(header + HeaderLayout.NEXT_TEXT_OFFSET, 8));
    }

    private void participants() {
        long slot = RegionMap.participantAt(0);
        expect(Invariant.PARTICIPANT_WORD, () -> add(slot, 1));
        expect(Invariant.PARTICIPANT_WORD, () -> add(RegionMap.participantAt(20), 1L << 60));
        expect(Invariant.PARTICIPANT_BODY, () -> put(slot + ParticipantLayout.PROCESS_OFFSET, 0));
        expect(Invariant.PARTICIPANT_BODY, () -> put(slot + ParticipantLayout.NAME_LENGTH_OFFSET, 65));
        expect(Invariant.PARTICIPANT_BODY, () -> {
            put(region.map.processAt(1) + ProcessLayout.PID_OFFSET, 17);
            put(region.map.processAt(1), 1);
        });
        expect(Invariant.HISTORY_ENTRY, () -> put(region.map.processAt(5), 6));
    }

    private void texts() {
        long at = region.map.siteAt(site);
        expect(Invariant.TEXT, () -> add(at, 1));
        expect(Invariant.TEXT, () -> put(at, TextWord.pack(0, 1 << 20)));
        expect(Invariant.TEXT, () -> {
            long text = region.map.textsAt() + TextWord.offset(region.memory.getLong(at));
            region.memory.putByte(text + 30, (byte) 'X');
        });
        expect(
                Invariant.TEXT,
                () -> put(region.map.tagAt(packet == 5 ? 6 : 5), region.memory.getLong(region.map.tagAt(packet))));
        expect(Invariant.TEXT_MISSING, () -> put(at, 0));
        expect(Invariant.BUDGET, () -> put(region.map.tagAt(packet) + TagLayout.BUDGET_OFFSET, -1));
    }

    private void slabs() {
        int slab = slabOf(small);
        long entry = region.map.slabEntryAt(slab);
        long word = region.memory.getLong(entry);
        int sizeClass = SlabWord.slabClass(word);
        expect(Invariant.SLAB_WORD, () -> put(entry, word ^ 1));
        expect(Invariant.SLAB_CLASS, () -> put(entry, slabWord(SlabState.OWN, 0, sizeClass)));
        expect(Invariant.SLAB_CLASS, () -> put(entry, slabWord(SlabState.PARTIAL, 0, SlabClass.LARGE)));
        expect(Invariant.SLAB_RUN, () -> region.memory.putInt(entry + SlabLayout.RUN_OFFSET, 7));
        expect(Invariant.SLAB_OWNER, () -> put(entry, slabWord(SlabState.OWN, 9, sizeClass)));
        expect(Invariant.SLAB_TAIL, () -> region.memory.putInt(entry + SlabLayout.HEAD_OFFSET, 7));
        expect(
                Invariant.SLAB_TAIL,
                () -> put(region.map.slabEntryAt(slabOf(large) + 1), slabWord(SlabState.FREE, 0, SlabClass.NONE)));
        expect(Invariant.SLAB_TAIL, () -> put(entry, slabWord(SlabState.TAIL, 9, SlabClass.NONE)));
        expect(Invariant.SLAB_POOL, () -> put(region.map.slabEntryAt(0), slabWord(SlabState.FREE, 0, SlabClass.NONE)));
        expect(Invariant.SLAB_HEADER, () -> put(region.map.slabAt(slab) + SlabHeaderLayout.CANARY_OFFSET, 0));
        expect(Invariant.SLAB_HEADER, () -> add(region.map.slabAt(slab) + SlabHeaderLayout.CLASS_OFFSET, 1));
        expect(Invariant.POOL_ENTRY, () -> add(region.map.poolAt(0) + PoolLayout.CAPACITY_OFFSET, 5_000));
        expect(Invariant.POOL_ENTRY, () -> add(region.map.poolAt(1) + PoolLayout.FIRST_SLAB_OFFSET, -1));
    }

    private void records() {
        long at = recordAt(small);
        long word = region.memory.getLong(at);
        long generation = StateWord.generation(word);
        expect(Invariant.RECORD_WORD, () -> put(at, word ^ 1L << 40));
        expect(Invariant.RECORD_WORD, () -> put(at, StateWord.pack(13, 1, generation)));
        expect(Invariant.RECORD_STATE, () -> put(at, StateWord.pack(BlockState.LIVE.code(), 0, generation)));
        expect(Invariant.RECORD_STATE, () -> put(at, StateWord.pack(BlockState.LIVE.code(), 99, generation)));
        expect(Invariant.RECORD_STATE, () -> put(at, StateWord.pack(BlockState.LIVE.code(), 1, 0)));
        expect(Invariant.RECORD_OWNER, () -> put(at, StateWord.pack(BlockState.LIVE.code(), 9, generation)));
        expect(Invariant.RECORD_SEAL, () -> add(at + RecordLayout.ORIGIN_OFFSET, 1));
        expect(Invariant.RECORD_SEAL, () -> add(at + RecordLayout.BORN_OFFSET, 1));
        expect(Invariant.RECORD_SEAL, () -> add(at + RecordLayout.BY_OFFSET, 1));
        expect(Invariant.RECORD_SEAL, () -> region.memory.copy(recordAt(pooled), at, RecordLayout.LENGTH));
        expect(Invariant.RECORD_SIZE, () -> put(at + RecordLayout.SIZE_OFFSET, RecordWords.size(2000, budgeted, 0)));
        expect(Invariant.RECORD_SIZE, () -> put(at + RecordLayout.SIZE_OFFSET, RecordWords.size(0, budgeted, 0)));
        expect(Invariant.RECORD_NAMES, () -> put(at + RecordLayout.SIZE_OFFSET, RecordWords.size(9, 4000, 0)));
        expect(Invariant.GENERATION, () -> put(at, BlockStates.live(1, generation + 1_000_000)));
        expect(
                Invariant.RECORD_POOL,
                () -> put(recordAt(pooled) + RecordLayout.SIZE_OFFSET, RecordWords.size(90, budgeted, 0)));
        Geometry geometry = Geometry.forBlocks(100);
        long spare = RecordLayout.recordAt(region.map.slabAt(0), geometry.count() - 1);
        expect(Invariant.RECORD_POOL, () -> put(spare, StateWord.pack(BlockState.RESERVED.code(), 1, generation)));
    }

    private void guards() {
        long slab = region.map.slabAt(slabOf(small));
        int index = Handle.index(small.handle());
        Geometry geometry = Geometry.forBlocks(small.capacity());
        Runnable[] damages = {
            () -> region.memory.putByte(small.offset() + 1000, (byte) 0),
            () -> region.memory.putByte(slab + geometry.behind(index), (byte) 0),
            () -> region.memory.putByte(small.offset() - 1, (byte) 0),
            () -> region.memory.putByte(pooled.offset() + 90, (byte) 0),
            () -> region.memory.putByte(large.offset() + 300_000, (byte) 0),
        };
        for (Runnable damage : damages) {
            expect(Invariant.GUARD, damage);
        }
        byte[] sound = region.bytes();
        damages[0].run();
        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.number()).isEqualTo(slabOf(small));
            assertThat(finding.index()).isEqualTo(index);
            assertThat(finding.evidence())
                    .startsWith("overrun of block=" + small.offset() + " size=1000: 0 bytes from its end");
        });
        region.restore(sound);
        // A size that is another within the block's place has another end.
        expect(Invariant.GUARD, () -> put(recordAt(small) + 8, RecordWords.size(990, budgeted, 0)));
    }

    private void logs() {
        Scopes scopes = new Scopes(region.memory, region.map);
        int entry = ScopeWord.entryOf(scopes.open("client", ScopeState.OPEN, 1, 1));
        long scope = region.map.scopeAt(entry);
        expect(Invariant.SCOPE, () -> add(scope, 1));
        expect(Invariant.SCOPE, () -> put(scope, ScopeWord.pack(9, 1, 1)));
        expect(Invariant.SCOPE, () -> put(scope + ScopeLayout.NAME_LENGTH_OFFSET, 97));
        new FaultLog(region.memory, region.map)
                .report(Fault.of(FaultKind.BUDGET).provenAt(1));
        long fault = region.map.faultAt(0);
        assertThat(findings()).as("a scope and a fault").isEmpty();
        expect(Invariant.FAULT_ENTRY, () -> add(fault, 1));
        expect(Invariant.FAULT_ENTRY, () -> put(fault, FaultWord.pack(99, 5)));
        expect(Invariant.FAULT_ENTRY, () -> put(fault + FaultLayout.FOUND_LENGTH_OFFSET, 17));
        expect(Invariant.FAULT_ENTRY, () -> put(HeaderLayout.FAULT_HEAD_OFFSET, 0));
        expect(Invariant.FAULT_ENTRY, () -> put(HeaderLayout.FAULT_HEAD_OFFSET, region.map.faultCount() + 1));
        expect(Invariant.FAULT_ENTRY, () -> put(region.map.faultAt(7), region.memory.getLong(fault)));
    }

    private void cells() {
        long at = recordAt(small);
        long generation = StateWord.generation(region.memory.getLong(at));
        long cell = RootNames.cellAt(region.map, 5);
        Runnable publish = () -> {
            put(at + RecordLayout.CELL_OFFSET, cell);
            put(at, StateWord.pack(BlockState.HELD.code(), 0, generation));
            put(cell, small.handle());
        };
        byte[] before = region.bytes();
        publish.run();
        assertThat(findings()).as("a published block").isEmpty();
        expect(Invariant.CELL_LOST, () -> put(cell, 0));
        expect(Invariant.CELL_LOST, () -> put(cell, pooled.handle()));
        byte[] published = region.bytes();
        put(cell, 0);
        put(at + RecordLayout.CHANGED_OFFSET, RecordWords.changed(1, 0, BlockStates.HOLDER_FREED));
        assertThat(findings()).as("a leak is no damage").isEmpty();
        region.restore(published);
        expect(Invariant.CELL_PLACE, () -> put(at + RecordLayout.CELL_OFFSET, cell + 4));
        expect(Invariant.CELL_PLACE, () -> put(at + RecordLayout.CELL_OFFSET, 1L << 50));
        expect(Invariant.CELL_DANGLING, () -> put(RootNames.cellAt(region.map, 6), small.handle()));
        expect(Invariant.CELL_DANGLING, () -> put(RootNames.cellAt(region.map, 6), -1));
        expect(Invariant.CELL_DANGLING, () -> put(RootNames.cellAt(region.map, 6), 7));
        expect(Invariant.CELL_DANGLING, () -> put(at, BlockStates.live(1, generation)));
        long changed = at + RecordLayout.CHANGED_OFFSET;
        put(changed, HoldersWord.pack(generation, true, 1));
        put(at, StateWord.pack(BlockState.SHARED.code(), 0, generation));
        assertThat(findings()).as("a shared block").isEmpty();
        expect(Invariant.HOLDERS, () -> put(changed, HoldersWord.pack(generation, true, 1 | 1L << 30)));
        expect(Invariant.CELL_PLACE, () -> put(changed, HoldersWord.pack(generation + 1, true, 1)));
        region.restore(before);
    }

    /** Nobody is attached: only then are they compared. */
    private void counters() {
        heap.close();
        region.reclaim(region.memory, true).reclaim(0);
        RegionAudit.vacate(region.memory, 1);
        assertThat(findings()).isEmpty();
        expect(Invariant.USED, () -> add(region.map.tagAt(budgeted) + TagLayout.USED_OFFSET, 10));
        expect(Invariant.USED, () -> add(region.map.tagAt(budgeted) + TagLayout.USED_OFFSET, -10));
        expect(Invariant.TOTALS, () -> add(region.map.siteAt(site) + 64 + TotalsLayout.FREES_OFFSET, 1));
        expect(Invariant.TOTALS, () -> add(region.map.tagAt(0) + 64 + TotalsLayout.BYTES_ALLOCATED_OFFSET, 1));
        expect(Invariant.TOTALS, () -> add(region.map.poolAt(0) + PoolLayout.IN_USE_OFFSET, 1));
        expect(Invariant.HINT, () -> put(region.map.slabEntryAt(slabOf(small)) + SlabLayout.HINT_OFFSET, 0));
        region.memory.putLong(region.map.tagAt(budgeted) + TagLayout.USED_OFFSET, 0);
        RegionAudit.occupy(region.memory, 1);
        assertThat(findings()).as("while somebody is attached").isEmpty();
    }

    @Test
    void whatIsOutOfUseIsListedAndNoFinding() {
        long at = recordAt(small);
        put(at, StateWord.pack(BlockState.QUARANTINE.code(), 0, StateWord.generation(region.memory.getLong(at))));
        put(region.map.slabEntryAt(slabOf(large)), SlabWord.pack(SlabState.QUARANTINE.code(), 0, SlabClass.NONE, 1));
        Verifier.Outcome outcome = new Verifier(region.memory, region.map).verify();
        assertThat(outcome.findings().all()).isEmpty();
        assertThat(outcome.quarantined())
                .extracting(Finding::at)
                .containsExactly(at, region.map.slabEntryAt(slabOf(large)));
    }

    @Test
    void aHealthyRegionGivesNoFindingHoweverMuchGoesOnInIt() throws InterruptedException {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("VerifierTest -Dshm.seed=" + seed);
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> workers = new ArrayList<>();
        for (int owner = 2; owner <= 4; owner++) {
            Heap its = region.heap(owner);
            SplittableRandom random = new SplittableRandom(seed + owner);
            workers.add(new Thread(() -> work(its, random, stop)));
        }
        workers.forEach(Thread::start);
        try {
            Verifier verifier = new Verifier(region.memory, region.map);
            for (int i = 0; i < 3_000; i++) {
                Verifier.Outcome outcome = verifier.verify();
                assertThat(outcome.findings().all())
                        .as("seed=%s look %s", seed, i)
                        .isEmpty();
                assertThat(outcome.compared()).isFalse();
            }
        } finally {
            stop.set(true);
            for (Thread worker : workers) {
                worker.join();
            }
        }
    }

    private void work(Heap its, SplittableRandom random, AtomicBoolean stop) {
        List<Block> blocks = new ArrayList<>();
        while (!stop.get()) {
            long size = random.nextInt(40) == 0 ? 100_000 + random.nextInt(100_000) : 1 + random.nextInt(30_000);
            int tag = random.nextInt(3) == 0 ? packet : random.nextInt(3) == 0 ? budgeted : 0;
            Block block = its.tryAllocate(tag == packet ? 100 : size, tag, site, random.nextInt(2));
            if (block != null) {
                blocks.add(block);
            }
            if (block == null || blocks.size() > 60) {
                while (blocks.size() > 20) {
                    blocks.remove(random.nextInt(blocks.size())).free();
                }
            } else if (random.nextInt(5) == 0) {
                int at = random.nextInt(blocks.size());
                try {
                    blocks.set(
                            at,
                            blocks.get(at)
                                    .resize(1
                                            + random.nextInt(
                                                    (int) blocks.get(at).size())));
                } catch (OutOfSharedMemoryException full) {
                    blocks.remove(at).free();
                }
            }
        }
    }

    // ---------------------------------------------------------------- pieces

    private void channels() {
        byte[] before = region.bytes();
        SharedMemory memory = region.memory;
        long channelAt = hold(channel, 7);
        ChannelBlock.form(memory, channelAt, 4, 0);
        long requestsAt = hold(requests, 8);
        RequestsBlock.form(memory, requestsAt, 4, false);
        long broadcastAt = hold(broadcast, 9);
        BroadcastBlock.form(memory, broadcastAt, 4, false);
        assertThat(findings()).as("channels").isEmpty();
        for (long at : new long[] {channelAt, requestsAt, broadcastAt}) {
            expect(Invariant.CHANNEL_HEADER, () -> add(at, 1));
            expect(Invariant.CHANNEL_HEADER, () -> add(at + ChannelLayout.CAPACITY_OFFSET, 1));
            expect(Invariant.CHANNEL_HEADER, () -> put(at + ChannelLayout.POLICY_OFFSET, 9));
        }
        long slot = ChannelLayout.slotAt(channelAt, 2);
        expect(Invariant.CHANNEL_WORD, () -> put(slot, QueueWord.pack(7, 0, 1)));
        expect(Invariant.CHANNEL_WORD, () -> put(slot, QueueWord.pack(1, 60, 1)));
        expect(Invariant.CHANNEL_OWNER, () -> put(slot, QueueStates.writing(QueueStates.empty(1), 9)));
        expect(Invariant.CHANNEL_WORD, () -> put(channelAt + ChannelLayout.SENDER_OFFSET, RoleWord.pack(60, 1)));
        expect(Invariant.CHANNEL_OWNER, () -> put(channelAt + ChannelLayout.RECEIVER_OFFSET, RoleWord.pack(9, 1)));
        long call = RequestsLayout.callAt(requestsAt, 2);
        expect(Invariant.CHANNEL_WORD, () -> add(call, 1));
        expect(Invariant.CHANNEL_WORD, () -> put(call, CallStates.claimed(CallStates.unused(), 60)));
        expect(Invariant.CHANNEL_OWNER, () -> put(call, CallStates.claimed(CallStates.unused(), 9)));
        expect(Invariant.CHANNEL_OWNER, () -> put(requestsAt + RequestsLayout.SERVERS_OFFSET + 8 * 20, 1));
        expect(Invariant.CHANNEL_WORD, () -> put(requestsAt + RequestsLayout.SERVERS_OFFSET, -1));
        long told = BroadcastLayout.slotAt(broadcastAt, 2);
        expect(Invariant.CHANNEL_WORD, () -> put(told, BroadcastWord.pack(6, 1, 0, 0)));
        expect(Invariant.CHANNEL_OWNER, () -> put(told, BroadcastStates.writing(BroadcastStates.empty(1), 9)));
        expect(Invariant.CELL_DANGLING, () -> put(told + BroadcastSlotLayout.CELL_OFFSET, 7));
        expect(Invariant.CELL_DANGLING, () -> put(call + CallLayout.REPLY_OFFSET, QueueStates.empty(1)));
        long subscription = BroadcastLayout.subscriptionAt(broadcastAt, 3);
        expect(Invariant.CHANNEL_WORD, () -> put(subscription, 0));
        expect(
                Invariant.CHANNEL_OWNER,
                () -> put(subscription, SubscriptionStates.active(SubscriptionStates.unused(), 9)));
        region.restore(before);
    }

    private Block typed(BlockType type, long size) {
        int id = new Types(region.memory, region.map).idOf(type);
        return heap.tryAllocate(size, 0, site, Heap.request(0, id));
    }

    /** As if a root held it; where its payload lies. */
    private long hold(Block block, int root) {
        long cell = RootNames.cellAt(region.map, root);
        long at = recordAt(block);
        put(at + RecordLayout.CELL_OFFSET, cell);
        put(cell, block.handle());
        put(at, StateWord.pack(BlockState.HELD.code(), 0, StateWord.generation(region.memory.getLong(at))));
        return block.offset();
    }

    private void expect(Invariant rule, Runnable damage) {
        byte[] sound = region.bytes();
        damage.run();
        assertThat(findings())
                .as("after damage to %s", rule)
                .extracting(Finding::rule)
                .contains(rule);
        shown.add(rule);
        region.restore(sound);
    }

    private List<Finding> findings() {
        return new Verifier(region.memory, region.map).verify().findings().all();
    }

    private void put(long at, long value) {
        region.memory.putLong(at, value);
    }

    private void add(long at, long delta) {
        region.memory.getAndAddLong(at, delta);
    }

    private int slabOf(Block block) {
        return Handle.slab(block.handle());
    }

    private long recordAt(Block block) {
        return RecordLayout.recordAt(region.map.slabAt(slabOf(block)), Handle.index(block.handle()));
    }

    private static long slabWord(SlabState state, int owner, int slabClass) {
        return SlabWord.pack(state.code(), owner, slabClass, 3);
    }
}
