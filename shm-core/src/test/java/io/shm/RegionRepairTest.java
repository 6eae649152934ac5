package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.heap.HeapFixture;
import io.shm.heap.PoolSpec;
import io.shm.heap.Reclaim;
import io.shm.inspect.RegionAudit;
import io.shm.inspect.Verifier;
import io.shm.layout.Handle;
import io.shm.layout.HeaderLayout;
import io.shm.layout.PoolLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.ScopeWord;
import io.shm.layout.SlabHeaderLayout;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.layout.StateWord;
import io.shm.layout.TagLayout;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.FaultLog;
import io.shm.ledger.Finding;
import io.shm.ledger.Invariant;
import io.shm.ledger.ScopeState;
import io.shm.ledger.Scopes;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.ledger.SlabState;
import io.shm.memory.CrashingMemory;
import io.shm.memory.SharedMemory;
import io.shm.participant.FakeLocks;
import io.shm.participant.FakeLocks.FakeProcess;
import io.shm.participant.Participants;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A region of which its processes are gone, with blocks kept; damaged; repaired, also by one that dies on the way. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RegionRepairTest {
    private static final int SIZE = 8 << 20;
    private static final int ROUNDS = Integer.getInteger("shm.repair.rounds", 150);

    private final long seed = Long.getLong("shm.seed", System.nanoTime());
    private SplittableRandom random = new SplittableRandom(seed);
    private final FakeLocks machine = new FakeLocks();
    private final HeapFixture region =
            new HeapFixture(SIZE, new PoolSpec("packet", 100, 50, true), new PoolSpec("report", 20_000, 4, false));
    private final List<Long> kept = new ArrayList<>();
    private final List<Long> ofPool = new ArrayList<>();
    private long large;
    private final byte[] sound;

    RegionRepairTest() {
        System.out.println("RegionRepairTest -Dshm.seed=" + seed);
        int packet = region.tags.idOf("packet");
        int budgeted = region.tags.idOf("budgeted");
        region.tags.setBudget(budgeted, 1 << 20);
        for (int owner = 1; owner <= 2; owner++) {
            Heap heap = region.heap(owner);
            int site = new Sites(region.memory, region.map).idOf(Site.of("A" + owner, "b", "A.java", 1));
            for (int i = 0; i < 120; i++) {
                Block block = heap.tryAllocate(1 + i % 12 * 1370, i % 3 == 0 ? budgeted : 0, site, i % 5 == 0 ? 1 : 0);
                if (i % 4 == 0) {
                    block.free();
                } else {
                    kept.add(block.handle());
                }
            }
            for (int i = 0; i < 5; i++) {
                ofPool.add(heap.tryAllocate(100, packet, site, 0).handle());
            }
            large = heap.tryAllocate(200_000, 0, site, 0).handle();
            heap.close();
            region.reclaim(region.memory, true).reclaim(owner - 1);
            RegionAudit.vacate(region.memory, owner);
        }
        assertThat(verify().findings().all()).isEmpty();
        sound = region.bytes();
    }

    @Test
    void aSoundRegionIsLeftAsItIs() {
        assertThat(repair()).isEqualTo(new Repaired(0, 0, 0, 0));
        assertThat(live()).containsAll(kept);
    }

    @Test
    void budgetsPoolsTotalsHintsAndCanariesAreMadeAnew() {
        region.memory.putLong(region.map.tagAt(region.tags.idOf("budgeted")) + TagLayout.USED_OFFSET, 1 << 19);
        region.memory.putLong(region.map.poolAt(0) + PoolLayout.IN_USE_OFFSET, 40);
        region.memory.getAndAddLong(region.map.siteAt(1) + 64, 7);
        for (int slab = 0; slab < 30; slab++) {
            region.memory.putLong(region.map.slabEntryAt(slab) + SlabLayout.HINT_OFFSET, 0);
        }
        region.memory.putLong(region.map.slabAt(0) + SlabHeaderLayout.CANARY_OFFSET, 5);
        Repaired repaired = repair();
        assertThat(repaired.rebuilt()).isPositive();
        assertThat(repaired.quarantined() + repaired.reclaimed() + repaired.left())
                .isZero();
        assertThat(region.bytes()).as("outside of the participants").satisfies(this::isAsBefore);
    }

    private void isAsBefore(byte[] bytes) {
        for (int slab = 0; slab < 30; slab++) {
            // A hint may promise more than before.
            long at = region.map.slabEntryAt(slab) + SlabLayout.HINT_OFFSET;
            System.arraycopy(sound, (int) at, bytes, (int) at, 8);
        }
        // What was counted too much is still there, and freed.
        System.arraycopy(sound, (int) region.map.siteAt(1) + 64, bytes, (int) region.map.siteAt(1) + 64, 16);
        int from = (int) region.map.rootAt(0);
        for (int at = from; at < SIZE; at++) {
            assertThat(bytes[at]).as("byte %s", at).isEqualTo(sound[at]);
        }
    }

    @Test
    void aSlabWhoseWordIsLostIsKnownByItsRecords() {
        for (long handle : List.of(kept.get(3), kept.get(kept.size() - 1), large, ofPool.get(0))) {
            region.restore(sound);
            long entryAt = region.map.slabEntryAt(Handle.slab(handle));
            region.memory.putLong(entryAt, region.memory.getLong(entryAt) ^ 1L << 50);
            Repaired repaired = repair();
            assertThat(repaired.quarantined()).isZero();
            assertThat(live()).containsAll(kept).containsAll(ofPool).contains(large);
            region.heap(3);
            for (int i = 0; i < 40; i++) {
                region.heap(3).tryAllocate(1 + i % 12 * 1370, 0, 0, 0);
            }
            assertThat(live()).containsAll(kept);
        }
    }

    @Test
    void whatNobodyOwnsIsSettledByThePolicy() {
        long recordAt = recordAt(kept.get(0));
        long generation = StateWord.generation(region.memory.getLong(recordAt));
        region.memory.putLong(recordAt, StateWord.pack(2, 30, generation));
        Repaired repaired = repair();
        assertThat(repaired.reclaimed()).isEqualTo(1);
        assertThat(StateWord.state(region.memory.getLong(recordAt))).isEqualTo(9);
    }

    @Test
    void aDamagedRecordIsTakenOutOfUseAndNothingElse() {
        long recordAt = recordAt(kept.get(0));
        region.memory.putLong(recordAt + RecordLayout.BY_OFFSET, 99);
        Repaired repaired = repair();
        assertThat(repaired.quarantined()).isEqualTo(1);
        assertThat(live()).containsAll(kept.subList(1, kept.size())).doesNotContain(kept.get(0));
        Heap heap = region.heap(3);
        assertThat(heap.resolve(kept.get(0))).isNull();
        assertThat(heap.describe(kept.get(0))).contains("quarantine");
        assertThat(new FaultLog(region.memory, region.map).read())
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.kind()).isEqualTo(FaultKind.DAMAGED_RECORD);
                    assertThat(region.map.slabOf(fault.offset())).isEqualTo(Handle.slab(kept.get(0)));
                });
        Verifier.Outcome after = verify();
        assertThat(after.quarantined()).extracting(Finding::at).containsExactly(recordAt);
    }

    @Test
    void scopesAndTheFaultLogServeAgain() {
        Scopes scopes = new Scopes(region.memory, region.map);
        int id = scopes.open("client", ScopeState.OPEN, 1, 1);
        FaultLog log = new FaultLog(region.memory, region.map);
        log.report(Fault.of(FaultKind.BUDGET).provenAt(1));
        region.memory.getAndAddLong(region.map.scopeAt(ScopeWord.entryOf(id)), 1);
        region.memory.getAndAddLong(region.map.faultAt(0), 1);
        region.memory.putLong(HeaderLayout.FAULT_HEAD_OFFSET, -5);
        assertThat(repair().left()).isZero();
        assertThat(verify().findings().all()).isEmpty();
        assertThat(scopes.used()).isZero();
        assertThat(scopes.name(id)).isEmpty();
        FaultLog again = new FaultLog(region.memory, region.map);
        assertThat(again.report(Fault.of(FaultKind.INDEX).provenAt(1))).isTrue();
        assertThat(again.read()).extracting(Fault::kind).containsExactly(FaultKind.INDEX);
    }

    @Test
    void whatWasWrittenBesideABlockIsLeftAsEvidence() {
        Heap heap = region.heap(3);
        Block orphan = heap.resolve(kept.get(0));
        region.memory.putByte(orphan.offset() + orphan.size(), (byte) 0);
        byte[] damaged = region.bytes();
        assertThat(repair().left()).isEqualTo(1);
        assertThat(verify().findings().all()).extracting(Finding::rule).containsExactly(Invariant.GUARD);
        assertThat(region.memory.getByte(orphan.offset() + orphan.size()))
                .isEqualTo(damaged[(int) (orphan.offset() + orphan.size())]);
    }

    @Test
    void aLivingProcessKeepsWhatOnlyItKnows() {
        FakeProcess living = machine.start();
        Participants its = new Participants(region.memory, region.map, living, living);
        int owner = its.join("living", null).owner();
        Heap heap = new Heap(
                region.memory, region.map, owner, owner, new Sites(region.memory, region.map), region.tags, null);
        Block block = heap.tryAllocate(3000, 0, 0, 0);
        long entryAt = region.map.slabEntryAt(Handle.slab(block.handle()));
        long word = region.memory.getLong(entryAt);
        assertThat(SlabWord.state(word)).isEqualTo(SlabState.OWN.code());
        region.memory.putLong(entryAt, word ^ 1);
        Repaired repaired = repair();
        assertThat(repaired.left()).isPositive();
        assertThat(region.memory.getLong(entryAt)).isEqualTo(word ^ 1);
        block.putLong(0, 1);
        living.kill();
        assertThat(repair().left()).isZero();
        assertThat(SlabWord.isValid(region.memory.getLong(entryAt))).isTrue();
    }

    @Test
    void afterARepairNothingIsBrokenHoweverTheRegionWasDamaged() {
        long quarantined = 0;
        long rebuilt = 0;
        for (int round = 0; round < ROUNDS; round++) {
            random = new SplittableRandom(seed + round);
            region.restore(sound);
            for (int i = random.nextInt(30); i >= 0; i--) {
                damage();
            }
            String when = "seed=" + seed + " round=" + round;
            Repaired repaired = repair();
            quarantined += repaired.quarantined();
            rebuilt += repaired.rebuilt();
            assertThat(repairable()).as(when).isEmpty();
            Repaired again = repair();
            assertThat(again).as(when).isEqualTo(new Repaired(0, 0, 0, again.left()));
            region.memory.putLong(HeaderLayout.NEXT_PROCESS_OFFSET, 100);
            Heap heap = region.heap(5);
            HeapFixture.fill(heap, 1 + random.nextInt(20_000)).forEach(Block::free);
            assertThat(repairable()).as(when).allMatch(finding -> finding.rule().isHint());
        }
        assertThat(quarantined).isPositive();
        assertThat(rebuilt).isGreaterThan(quarantined);
    }

    @Test
    void aRepairerThatDiesBeforeAnyOfItsWritesLeavesAFurtherOneTheRest() {
        for (int round = 0; round < 6; round++) {
            random = new SplittableRandom(seed + 1000 + round);
            region.restore(sound);
            for (int i = 0; i < 12; i++) {
                damage();
            }
            byte[] damaged = region.bytes();
            boolean finished = false;
            for (long n = 1; !finished; n++) {
                region.restore(damaged);
                FakeProcess process = machine.start();
                CrashingMemory crashing = new CrashingMemory(region.memory, n);
                try {
                    repair(process, crashing);
                    finished = true;
                } catch (CrashingMemory.Crash e) {
                    process.kill();
                }
                String when = "seed=" + seed + " round=" + round + " died before write " + n;
                repair();
                assertThat(repairable()).as(when).isEmpty();
            }
        }
    }

    // ---------------------------------------------------------------- pieces

    /** Anything but the pool table, which follows from nothing else. */
    private void damage() {
        int slab = random.nextInt(20);
        long at = switch (random.nextInt(9)) {
            case 0 -> region.map.slabEntryAt(slab) + 8L * random.nextInt(8);
            case 1 -> region.map.slabEntryAt(slab);
            case 2, 3 -> region.map.slabAt(slab) + 64 + 64L * random.nextInt(40) + 8L * random.nextInt(8);
            case 4 -> region.map.slabAt(slab) + 8L * random.nextInt(3);
            case 5 -> RegionMap.participantAt(random.nextInt(47)) + 8L * random.nextInt(32);
            case 6 -> region.map.processAt(random.nextInt(60)) + 8L * random.nextInt(16);
            case 7 -> region.map.siteAt(random.nextInt(10)) + 8L * random.nextInt(16);
            default -> HeaderLayout.GENERATION_OFFSET + 128L * random.nextInt(9);
        };
        switch (random.nextInt(6)) {
            case 0 -> region.memory.putLong(at, random.nextLong());
            case 1 -> region.memory.putLong(at, 0);
            case 2 -> region.memory.putLong(at, -1);
            case 3 -> region.memory.putLong(at, region.memory.getLong(at) ^ 1L << random.nextInt(64));
            case 4 ->
                region.memory.putLong(at, StateWord.pack(random.nextInt(12), random.nextInt(50), random.nextInt(9)));
            default -> region.memory.copy(region.map.slabAt(random.nextInt(20)) + 64, at & -8, 8);
        }
    }

    private Repaired repair() {
        FakeProcess process = machine.start();
        Repaired repaired = repair(process, region.memory);
        process.kill();
        return repaired;
    }

    private Repaired repair(FakeProcess process, SharedMemory memory) {
        return new RegionRepair(
                        memory,
                        region.map,
                        new Participants(memory, region.map, process, process),
                        its -> slot -> reclaim(memory).reclaim(slot))
                .run();
    }

    private Reclaim reclaim(SharedMemory memory) {
        return region.reclaim(memory, true);
    }

    private Verifier.Outcome verify() {
        return new Verifier(region.memory, region.map).verify();
    }

    /** Guards are left to whoever frees the block: they are evidence. */
    private List<Finding> repairable() {
        return verify().findings().all().stream()
                .filter(finding -> finding.rule() != Invariant.GUARD)
                .toList();
    }

    private List<Long> live() {
        return region.books().live;
    }

    private long recordAt(long handle) {
        return RecordLayout.recordAt(region.map.slabAt(Handle.slab(handle)), Handle.index(handle));
    }
}
