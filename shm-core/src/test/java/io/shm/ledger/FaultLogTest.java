package io.shm.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.layout.FaultLayout;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.memory.CrashingMemory;
import io.shm.memory.InterruptedMemory;
import io.shm.memory.LosingMemory;
import io.shm.memory.SharedMemory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultLogTest {
    private static final int SIZE = 1 << 20;

    private final RegionMap map = RegionMap.forSize(SIZE, 0);
    private final SharedMemory memory = SharedMemory.ofPrivate(SIZE);
    private FaultLog log;

    @BeforeEach
    void open() {
        log = new FaultLog(memory, map);
    }

    @Test
    void keepsAllTheEvidence() {
        Trace allocated = Trace.of(3, 4711, 17, 100);
        Trace freed = new Trace(5, 4712, 18, BlockStates.FREED, 200);
        Trace by = Trace.of(6, 4713, 19, 300);
        Trace neighbours = Trace.of(7, 4714, 20, 50);
        log.report(Fault.of(FaultKind.OVERRUN)
                .provenAt(300)
                .place(70_000, RecordWords.size(40, 2, 5), 0x1234_5678_9abcL, 99)
                .allocated(allocated)
                .other(freed)
                .by(by)
                .second(70_064, RecordWords.size(48, 1, 0), neighbours)
                .cell(64)
                .amount(2, 80)
                .observed(0xfeedL, 0xbeefL)
                .found(70_040, new byte[] {1, 2, 3}));

        Fault read = new FaultLog(memory, map).read().get(0);

        assertThat(read.kind()).isEqualTo(FaultKind.OVERRUN);
        assertThat(read.count()).isEqualTo(1);
        assertThat(read.firstAtMs()).isEqualTo(300);
        assertThat(read.lastAtMs()).isEqualTo(300);
        assertThat(read.offset()).isEqualTo(70_000);
        assertThat(read.size()).isEqualTo(40);
        assertThat(read.tag()).isEqualTo(2);
        assertThat(read.type()).isEqualTo(5);
        assertThat(read.handle()).isEqualTo(0x1234_5678_9abcL);
        assertThat(read.generation()).isEqualTo(99);
        assertThat(read.allocated()).isEqualTo(allocated);
        assertThat(read.other()).isEqualTo(freed);
        assertThat(read.by()).isEqualTo(by);
        assertThat(read.secondOffset()).isEqualTo(70_064);
        assertThat(read.secondSize()).isEqualTo(48);
        assertThat(read.secondAllocated()).isEqualTo(neighbours);
        assertThat(read.cell()).isEqualTo(64);
        assertThat(read.blocks()).isEqualTo(2);
        assertThat(read.bytes()).isEqualTo(80);
        assertThat(read.expected()).isEqualTo(0xfeedL);
        assertThat(read.observed()).isEqualTo(0xbeefL);
        assertThat(read.foundAt()).isEqualTo(70_040);
        assertThat(read.found()).containsExactly(1, 2, 3);
    }

    @Test
    void countsTheSameFaultAndKeepsTheFirstEvidence() {
        for (int i = 0; i < 10; i++) {
            log.report(doubleFree(1, 2, 1000 + 64 * i).provenAt(10 + i).amount(1, 40));
        }

        assertThat(log.read()).singleElement().satisfies(fault -> {
            assertThat(fault.count()).isEqualTo(10);
            assertThat(fault.blocks()).isEqualTo(10);
            assertThat(fault.bytes()).isEqualTo(400);
            assertThat(fault.offset()).isEqualTo(1000);
            assertThat(fault.firstAtMs()).isEqualTo(10);
            assertThat(fault.lastAtMs()).isEqualTo(19);
        });
    }

    @Test
    void tellsKindsAndLinesApart() {
        log.report(doubleFree(1, 2, 1000));
        log.report(doubleFree(1, 3, 1000));
        log.report(doubleFree(2, 2, 1000));
        log.report(Fault.of(FaultKind.STALE_HANDLE).allocated(site(1)).by(site(2)));

        assertThat(log.read()).hasSize(4).allMatch(fault -> fault.count() == 1);
        assertThat(log.faults()).isEqualTo(4);
    }

    @Test
    void damageIsOneFaultHoweverManyFindItAndWhereverTheyAre() {
        log.report(overrun(5000, 1).by(site(3)));
        new FaultLog(memory, map).report(overrun(5000, 1).by(site(4)));

        assertThat(log.read())
                .singleElement()
                .satisfies(fault -> assertThat(fault.count()).isEqualTo(1));

        log.report(overrun(5000, 2));
        assertThat(log.read()).hasSize(2);
    }

    @Test
    void oneMistakeDoesNotFillTheLog() {
        int blocks = 3 * map.faultCount();
        for (int i = 0; i < blocks; i++) {
            log.report(overrun(5000 + 64 * i, 1));
        }
        log.report(doubleFree(1, 2, 1000));

        List<Fault> all = log.read();
        assertThat(all).hasSize(FaultLog.MOST_OF_A_GROUP + 2);
        assertThat(all.get(FaultLog.MOST_OF_A_GROUP).count()).isEqualTo(blocks - FaultLog.MOST_OF_A_GROUP);
        assertThat(log.dropped()).isZero();
    }

    @Test
    void aFullLogCountsWhatItDrops() {
        for (int i = 0; i < map.faultCount() + 5; i++) {
            log.report(doubleFree(i + 1, 2, 1000));
        }
        assertThat(log.read()).hasSize(map.faultCount());
        assertThat(log.dropped()).isEqualTo(5);

        log.report(doubleFree(1, 2, 1000));
        assertThat(log.read().get(0).count()).isEqualTo(2);
        assertThat(log.dropped()).isEqualTo(5);
    }

    @Test
    void findingsThatAreNobodysMistakeAreNoFaults() {
        log.report(Fault.of(FaultKind.RECLAIMED).by(Trace.of(3, 4711, 0, 1)).amount(2, 200));
        log.report(Fault.of(FaultKind.RECLAIMED).by(Trace.of(3, 4711, 0, 2)).amount(1, 50));
        log.report(Fault.of(FaultKind.RECLAIMED).by(Trace.of(4, 4712, 0, 3)).amount(1, 10));

        assertThat(log.faults()).isZero();
        assertThat(log.read()).extracting(Fault::blocks).containsExactly(3L, 1L);
        assertThat(log.read()).extracting(Fault::bytes).containsExactly(250L, 10L);
    }

    @Test
    void aDeathAtAnyWriteLeavesNothingHalfToldAndBlocksNobody() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (long write = 1; ; write++) {
            for (boolean again : new boolean[] {false, true}) {
                SharedMemory bytes = SharedMemory.ofPrivate(SIZE);
                FaultLog survivor = new FaultLog(bytes, map);
                if (again) {
                    survivor.report(evident());
                }
                LosingMemory dying = new LosingMemory(bytes, write, random);
                boolean died = false;
                try {
                    new FaultLog(dying, map).report(evident());
                } catch (LosingMemory.Crash e) {
                    died = true;
                }
                assertThat(survivor.read()).as("seed %d, write %d", seed, write).allSatisfy(FaultLogTest::isWhole);
                survivor.report(evident());
                survivor.report(doubleFree(8, 9, 64));
                assertThat(survivor.read()).as("seed %d, write %d", seed, write).hasSize(2);
                assertThat(survivor.read().get(0).count()).isBetween(again ? 2L : 1L, again ? 3L : 2L);
                assertThat(survivor.dropped()).isZero();
                if (!died && again) {
                    return;
                }
            }
        }
    }

    @Test
    void asManyDeathsAsTheLogIsLongCostOneEntryEach() {
        for (int i = 0; i < 10; i++) {
            CrashingMemory dying = new CrashingMemory(memory, 2 + i);
            try {
                new FaultLog(dying, map).report(evident());
            } catch (CrashingMemory.Crash e) {
                // As wanted.
            }
        }
        for (int i = 0; i < map.faultCount(); i++) {
            log.report(doubleFree(i + 1, 2, 1000));
        }
        assertThat(log.read()).hasSize(map.faultCount() - 10);
        assertThat(log.dropped()).isEqualTo(10);
    }

    /** At every write of one another does all of the same: both are counted, and the reader sees one fault. */
    @Test
    void twoThatProveTheSameAtOnceAreCountedBoth() {
        long writes = 0;
        for (long at = 1; ; at++) {
            SharedMemory bytes = SharedMemory.ofPrivate(SIZE);
            FaultLog other = new FaultLog(bytes, map);
            InterruptedMemory first = new InterruptedMemory(bytes, at, () -> other.report(evident()));
            new FaultLog(first, map).report(evident());
            if (!first.happened()) {
                break;
            }
            writes++;
            assertThat(other.read()).as("interrupted at %d", at).singleElement().satisfies(fault -> {
                assertThat(fault.count()).isEqualTo(2);
                isWhole(fault);
            });
        }
        assertThat(writes).isGreaterThan(10);
    }

    @Test
    void twoThatFindTheSameDamageAtOnceHaveFoundOneFault() {
        for (long at = 1; ; at++) {
            SharedMemory bytes = SharedMemory.ofPrivate(SIZE);
            FaultLog other = new FaultLog(bytes, map);
            InterruptedMemory first = new InterruptedMemory(bytes, at, () -> other.report(overrun(5000, 1)));
            new FaultLog(first, map).report(overrun(5000, 1));
            if (!first.happened()) {
                return;
            }
            assertThat(other.read())
                    .singleElement()
                    .satisfies(fault -> assertThat(fault.count()).isEqualTo(1));
        }
    }

    @Test
    void survivesAnyBytes() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            SharedMemory bytes = SharedMemory.ofPrivate(SIZE);
            FaultLog damaged = new FaultLog(bytes, map);
            for (int i = 0; i < 5; i++) {
                damaged.report(doubleFree(i + 1, 2, 1000));
            }
            for (int i = 0; i < 40; i++) {
                int word = random.nextInt(map.faultCount() * FaultLayout.LENGTH / 8);
                bytes.putLong(map.faultAt(0) + 8L * word, random.nextLong() >> random.nextInt(64));
            }
            bytes.putLong(HeaderLayout.FAULT_HEAD_OFFSET, random.nextLong() >> random.nextInt(64));
            damaged.read();
            damaged.faults();
            FaultLog fresh = new FaultLog(bytes, map);
            fresh.report(overrun(5000, 1));
            fresh.report(doubleFree(1, 2, 1000));
            fresh.read();
        }
    }

    @Test
    void aHeadThatWasSetBackOverwritesNothing() {
        for (int i = 0; i < 5; i++) {
            log.report(doubleFree(i + 1, 2, 1000 + i));
        }
        memory.putLong(HeaderLayout.FAULT_HEAD_OFFSET, 0);
        log.report(doubleFree(9, 9, 9));

        assertThat(log.read()).extracting(Fault::offset).containsExactly(1000L, 1001L, 1002L, 1003L, 1004L, 9L);
    }

    @Test
    void everyKindHasACodeAndALabelOfItsOwn() {
        assertThat(FaultKind.values()).extracting(FaultKind::code).doesNotHaveDuplicates();
        for (FaultKind kind : FaultKind.values()) {
            assertThat(FaultKind.of(kind.code())).isEqualTo(kind);
        }
        assertThat(FaultKind.of(0)).isNull();
        assertThat(FaultKind.of(255)).isNull();
        assertThat(FaultKind.values())
                .filteredOn(FaultKind::isFault)
                .extracting(FaultKind::label)
                .containsExactly(
                        "double-free",
                        "stale-handle",
                        "not-owner",
                        "overrun",
                        "underrun",
                        "use-after-free",
                        "overwritten-ref",
                        "index",
                        "wrong-pool",
                        "budget",
                        "damaged-record");
    }

    // ---------------------------------------------------------------- what is reported

    /** A fault with something in every field, so that a torn one shows. */
    private static Fault evident() {
        return Fault.of(FaultKind.DOUBLE_FREE)
                .provenAt(1)
                .place(2, 3L << 24, 4, 5)
                .allocated(Trace.of(6, 7, 8, 9))
                .other(Trace.of(10, 11, 12, 13))
                .by(Trace.of(14, 15, 16, 17))
                .second(18, 19L << 24, Trace.of(20, 21, 22, 23))
                .cell(24)
                .observed(25, 26)
                .found(27, new byte[] {28, 29});
    }

    private static void isWhole(Fault fault) {
        Fault expected = evident();
        assertThat(List.of(
                        fault.firstAtMs(),
                        fault.offset(),
                        fault.size(),
                        fault.handle(),
                        fault.generation(),
                        fault.allocated(),
                        fault.other(),
                        fault.by(),
                        fault.secondOffset(),
                        fault.secondSize(),
                        fault.secondAllocated(),
                        fault.cell(),
                        fault.expected(),
                        fault.observed(),
                        fault.foundAt(),
                        fault.found()[1]))
                .isEqualTo(List.of(
                        1L,
                        2L,
                        3L,
                        4L,
                        5L,
                        expected.allocated(),
                        expected.other(),
                        expected.by(),
                        18L,
                        19L,
                        expected.secondAllocated(),
                        24L,
                        25L,
                        26L,
                        27L,
                        (byte) 29));
    }

    private static Fault doubleFree(int allocatedAt, int freedAgainAt, long offset) {
        return Fault.of(FaultKind.DOUBLE_FREE)
                .place(offset, RecordWords.size(40, 0, 0), 7, 7)
                .allocated(site(allocatedAt))
                .by(site(freedAgainAt));
    }

    private static Fault overrun(long offset, long generation) {
        return Fault.of(FaultKind.OVERRUN)
                .place(offset, RecordWords.size(40, 0, 0), 7, generation)
                .allocated(site(1))
                .found(offset + 40, new byte[] {1});
    }

    private static Trace site(int id) {
        return Trace.of(1, 4711, id, 0);
    }
}
