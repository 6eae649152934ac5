package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.BudgetExceededException;
import io.shm.error.OutOfSharedMemoryException;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.inspect.FaultRow;
import io.shm.inspect.Inspector;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is proven to be wrong is in the region's log, with the lines. */
class FaultsTest {
    private static final String NAME = "faults-test-" + ProcessHandle.current().pid();
    private static final int PID = (int) ProcessHandle.current().pid();
    private static final Tag PACKET = Tag.of("packet");

    private Region region = Region.create(RegionOptions.named(NAME)
            .size(4 << 20)
            .budget("report", 1000)
            .pool("packet", 64, 10)
            .whenPoolIsEmpty(RegionOptions.WhenEmpty.REFUSE));

    @AfterEach
    void leavesNothing() {
        region.close();
        Region.remove(NAME, true);
    }

    private static List<FaultRow> faults() {
        try (Inspector inspector = Inspector.open(NAME)) {
            return inspector.faults();
        }
    }

    private static FaultRow fault() {
        List<FaultRow> all = faults();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void aDoubleFreeHasAllThreeLines() {
        Site first = Site.of("a.B", "first", "B.java", 2);
        Block block = region.allocate(40, Site.of("a.B", "take", "B.java", 1));
        block.free(first);
        assertThatThrownBy(() -> block.free())
                .isInstanceOf(StaleHandleException.class)
                .hasMessageContaining("double free");

        FaultRow fault = fault();
        assertThat(fault.kind()).isEqualTo("double-free");
        assertThat(fault.count()).isEqualTo(1);
        assertThat(fault.size()).isEqualTo(40);
        assertThat(fault.offset()).isEqualTo(block.offset());
        assertThat(fault.handle()).isEqualTo(block.handle());
        assertThat(fault.allocated().site()).hasToString("a.B.take(B.java:1)");
        assertThat(fault.allocated().process().pid()).isEqualTo(PID);
        assertThat(fault.other().action()).isEqualTo("freed");
        assertThat(fault.other().site()).hasToString("a.B.first(B.java:2)");
        assertThat(fault.other().process().pid()).isEqualTo(PID);
        assertThat(fault.other().time()).isNotNull();
        assertThat(fault.by().site().toString())
                .startsWith("io.shm.FaultsTest.")
                .contains("FaultsTest.java:");
        assertThat(fault.by().process().pid()).isEqualTo(PID);
    }

    @Test
    void aDoubleFreeByHandleIsOneToo() {
        Block block = region.allocate(40);
        long handle = block.handle();
        region.free(handle);
        assertThatThrownBy(() -> region.free(handle)).isInstanceOf(StaleHandleException.class);
        assertThatThrownBy(() -> region.free(handle)).isInstanceOf(StaleHandleException.class);

        assertThat(faults()).extracting(FaultRow::kind).containsOnly("double-free");
        assertThat(faults().stream().mapToLong(FaultRow::count).sum()).isEqualTo(2);
    }

    /** A large block's free gives back the slabs that its record lies in. */
    @Test
    void aDoubleFreeOfWhatWasGivenBackHasAllThreeLines() {
        Site take = Site.of("a.B", "take", "B.java", 1);
        Site first = Site.of("a.B", "first", "B.java", 2);
        Block block = region.allocate(300_000, take);
        block.free(first);
        assertThatThrownBy(block::free)
                .isInstanceOf(StaleHandleException.class)
                .hasMessageContaining("double free")
                .hasMessageContaining("was freed before by process " + PID)
                .hasMessageContaining("at a.B.first(B.java:2); it was 300000 bytes allocated by");
        assertThatThrownBy(() -> region.free(block.handle())).hasMessageContaining("at a.B.first(B.java:2)");

        assertThat(faults()).allSatisfy(fault -> {
            assertThat(fault.kind()).isEqualTo("double-free");
            assertThat(fault.size()).isEqualTo(300_000);
            assertThat(fault.allocated().site()).hasToString(take.toString());
            assertThat(fault.other().site()).hasToString(first.toString());
        });
        assertThat(faults().get(0).offset()).isEqualTo(block.offset());
        assertThat(faults().stream().mapToLong(FaultRow::count).sum()).isEqualTo(2);
    }

    @Test
    void aDoubleFreeOfWhatIsUsedAgainSaysNothingOfTheFirst() {
        Block block = region.allocate(300_000);
        block.free();
        Block other = region.allocate(400_000);
        assertThatThrownBy(block::free).isInstanceOf(StaleHandleException.class);
        assertThat(faults()).singleElement().extracting(FaultRow::other).isNull();
        other.free();
    }

    @Test
    void freeOfNullIsSilent() {
        region.free(null);
        assertThat(faults()).isEmpty();
    }

    @Test
    void aRightProgramHasNone() {
        for (int i = 0; i < 1000; i++) {
            Block block = region.allocate(1 + i % 300);
            block.fill((byte) i);
            block.free();
            block.close();
        }
        assertThat(region.tryAllocate(100 << 20)).isNull();
        assertThat(faults()).isEmpty();
    }

    @Test
    void aHandleOfAnEarlierLifeIsStaleAndSaysWhatLiesThereNow() {
        long stale = region.allocate(40).handle();
        region.free(stale);
        Block next = region.allocate(40, Site.of("a.B", "next", "B.java", 3));
        assertThatThrownBy(() -> region.resolve(stale)).isInstanceOf(StaleHandleException.class);

        FaultRow fault = fault();
        assertThat(fault.kind()).isEqualTo("stale-handle");
        assertThat(fault.handle()).isEqualTo(stale);
        assertThat(fault.secondOffset()).isEqualTo(next.offset());
        assertThat(fault.secondAllocated().site()).hasToString("a.B.next(B.java:3)");
    }

    @Test
    void aHandleThatNeverWasOneIsStale() {
        assertThatThrownBy(() -> region.resolve(0x7fff_ffff_ffff_ffffL)).isInstanceOf(StaleHandleException.class);
        assertThat(fault().kind()).isEqualTo("stale-handle");
    }

    @Test
    void aFreeByAnotherIsRefusedAndReported() {
        Block block = region.allocate(40);
        try (Region other = Region.attach(NAME, "other")) {
            Block seen = other.resolve(block.handle());
            assertThatThrownBy(seen::free).isInstanceOf(StaleHandleException.class);
            FaultRow fault = fault();
            assertThat(fault.kind()).isEqualTo("not-owner");
            assertThat(fault.by().process().name()).isEqualTo("other");
            assertThat(fault.offset()).isEqualTo(block.offset());
        }
        block.free();
        assertThat(faults()).hasSize(1);
    }

    @Test
    void whatABudgetRefusesIsReportedWithItsLine() {
        Tag report = Tag.of("report");
        Site line = Site.of("a.B", "report", "B.java", 9);
        Block block = region.allocate(900, report);
        assertThatThrownBy(() -> region.allocate(200, report, line)).isInstanceOf(BudgetExceededException.class);
        assertThat(region.tryAllocate(300, report, line)).isNull();

        FaultRow fault = fault();
        assertThat(fault.kind()).isEqualTo("budget");
        assertThat(fault.count()).isEqualTo(2);
        assertThat(fault.bytes()).isEqualTo(500);
        assertThat(fault.tag()).isEqualTo("report");
        assertThat(fault.expected()).isEqualTo(1000);
        assertThat(fault.observed()).isEqualTo(1100);
        assertThat(fault.site()).hasToString("a.B.report(B.java:9)");
        block.free();
    }

    @Test
    void aPoolThatCanNeverServeIsTheWrongOneAndAnEmptyOneIsNot() {
        assertThatThrownBy(() -> region.allocate(65, PACKET)).isInstanceOf(OutOfSharedMemoryException.class);
        assertThat(fault().kind()).isEqualTo("wrong-pool");
        for (int i = 0; i < 10; i++) {
            region.allocate(64, PACKET);
        }
        assertThat(region.tryAllocate(64, PACKET, Site.UNKNOWN)).isNull();
        assertThat(faults()).hasSize(1);
    }

    @Test
    void aResizeOfWhatIsFreedIsReported() {
        Block block = region.allocate(40);
        Block again = region.resolve(block.handle());
        block.free();
        assertThatThrownBy(() -> again.resize(50)).isInstanceOf(StaleHandleException.class);
        assertThat(fault().kind()).isEqualTo("stale-handle");
    }

    @Test
    void oneThatOnlyReadsReportsNothing() {
        long handle = region.allocate(40).handle();
        region.free(handle);
        try (Region reader = Region.attachReadOnly(NAME)) {
            assertThatThrownBy(() -> reader.resolve(handle)).isInstanceOf(StaleHandleException.class);
        }
        assertThat(faults()).isEmpty();
    }
}
