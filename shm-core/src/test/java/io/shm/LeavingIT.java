package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.IncompatibleException;
import io.shm.heap.Block;
import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.layout.HeaderLayout;
import io.shm.ledger.RegionHeader;
import io.shm.participant.ProcessEntry;
import io.shm.participant.ProcessHistory;
import io.shm.recovery.Orphan;
import io.shm.segment.Access;
import io.shm.segment.Segment;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How JVMs end, and what becomes of what they held. */
@ExtendWith(RegionTraces.class)
@Timeout(120)
class LeavingIT {
    private static final int SIGTERM = 128 + 15;

    private final String name = RegionTraces.name("leaving");

    @BeforeEach
    void create() {
        Region.create(RegionOptions.named(name).size(8 << 20).policy(RegionOptions.Policy.ADOPT))
                .close();
    }

    @AfterEach
    void remove() {
        Region.remove(name, true);
    }

    @Test
    void aNormalEndLeavesInGoodOrder() throws IOException {
        endsInGoodOrder(RegionProcess::end, 0);
    }

    @Test
    void systemExitLeavesInGoodOrder() throws IOException {
        endsInGoodOrder(process -> process.tellLast("exit 3"), 3);
    }

    @Test
    void sigtermLeavesInGoodOrder() throws IOException {
        endsInGoodOrder(RegionProcess::terminate, SIGTERM);
    }

    private void endsInGoodOrder(ToIntFunction<RegionProcess> ending, int code) throws IOException {
        int pid;
        try (RegionProcess process = new RegionProcess(name, "leaver")) {
            pid = process.pid();
            process.ask("hold 3000 11");
            assertThat(ending.applyAsInt(process)).isEqualTo(code);
        }
        assertThat(RegionTraces.picture(name).processes()).isEmpty();
        assertThat(lastEntryOf(pid).leftAt()).isPositive();
        assertThat(RegionTraces.picture(name).blocks()).isEqualTo(1);
    }

    @Test
    void aHaltIsADeath() throws IOException {
        try (RegionProcess process = new RegionProcess(name, "halted")) {
            process.ask("hold 3000 11");
            assertThat(process.tellLast("halt 3")).isEqualTo(3);
            assertThat(RegionTraces.picture(name).processes())
                    .singleElement()
                    .satisfies(row -> assertThat(row.process().state()).isEqualTo(Liveness.DEAD));
            assertThat(lastEntryOf(process.pid()).leftAt()).isZero();
        }
    }

    @Test
    void aHookThatIsTurnedOffLeavesTheDeathToTheOthers() throws IOException {
        try (RegionProcess process = new RegionProcess(name, "no-hook")) {
            process.ask("hold 3000 11");
            assertThat(process.terminate()).isEqualTo(SIGTERM);
            assertThat(RegionTraces.picture(name).processes())
                    .singleElement()
                    .satisfies(row -> assertThat(row.process().state()).isEqualTo(Liveness.DEAD));
        }
    }

    @Test
    void whatAKilledProcessHeldIsAdoptedWithItsBytes() throws Exception {
        LinkedBlockingQueue<Orphan> adopted = new LinkedBlockingQueue<>();
        try (Region region = Region.attach(name, "heir");
                RegionProcess victim = new RegionProcess(name, "victim")) {
            region.onOrphan(adopted::add);
            victim.ask("hold 3000 11");
            victim.kill();
            Orphan orphan = adopted.take();
            assertThat(orphan.lastOwner().orElseThrow().pid()).isEqualTo(victim.pid());
            assertThat(orphan.mayBeHalfWritten()).isTrue();
            assertThat(orphan.block().getByte(2999)).isEqualTo((byte) 11);
            assertThat(orphan.site().method()).isEqualTo("<clinit>");
            orphan.block().free();
            assertThat(region.leftBehind()).isEmpty();
        }
    }

    @Test
    void twoVersionsOfAProgramTakeTurnsAndAnotherFormatIsRefused() throws IOException {
        try (RegionProcess before = new RegionProcess(name, "order-gw-1.0")) {
            long old = Long.parseLong(before.ask("hold 3000 11"));
            try (RegionProcess after = new RegionProcess(name, "order-gw-1.1")) {
                assertThat(after.ask("read " + old + " 2999")).isEqualTo("11");
                long young = Long.parseLong(after.ask("hold 500 12"));
                assertThat(before.ask("read " + young + " 0")).isEqualTo("12");
                try (Segment segment = Segment.attach(name, Access.READ_WRITE)) {
                    segment.memory().putInt(HeaderLayout.FORMAT_OFFSET, 7);
                    assertThatThrownBy(() -> Region.attach(name, "order-gw-2.0"))
                            .isInstanceOf(IncompatibleException.class)
                            .hasMessageContaining("has format 7")
                            .hasMessageContaining("reads " + HeaderLayout.FORMAT);
                    // Those who are in go on.
                    assertThat(after.ask("work 1 1000")).isEqualTo("done, refused 0");
                    assertThat(before.ask("live")).isEqualTo("true");
                    segment.memory().putInt(HeaderLayout.FORMAT_OFFSET, HeaderLayout.FORMAT);
                }
                assertThat(before.end()).isZero();
                assertThat(after.ask("read " + young + " 0")).isEqualTo("12");
                assertThat(after.end()).isZero();
            }
        }
    }

    @Test
    void tellsTheLeavingProcessWhatItLeavesBehind() {
        Region region = Region.attach(name);
        assertThat(region.leftBehind()).isEmpty();
        Block kept = region.allocate(300);
        region.allocate(100);
        Block freed = region.allocate(5000);
        freed.free();
        assertThat(region.leftBehind())
                .extracting(left -> left.blocks() + "/" + left.bytes())
                .containsExactly("1/300", "1/100");
        assertThat(kept.isLive()).isTrue();
        region.close();
        assertThat(region.leftBehind())
                .extracting(left -> left.site().method() + " " + left.bytes())
                .containsExactly(
                        "tellsTheLeavingProcessWhatItLeavesBehind 300", "tellsTheLeavingProcessWhatItLeavesBehind 100");
        assertThat(List.copyOf(RegionTraces.picture(name).processes())).isEmpty();
    }

    private ProcessEntry lastEntryOf(int pid) {
        try (Segment segment = Segment.attach(name, Access.READ_ONLY)) {
            ProcessHistory history = new ProcessHistory(
                    segment.memory(),
                    RegionHeader.check(segment.memory(), name, segment.mappedSize())
                            .map());
            for (int id = 64; id > 0; id--) {
                if (history.find(id).filter(entry -> entry.pid() == pid).isPresent()) {
                    return history.find(id).orElseThrow();
                }
            }
            throw new AssertionError("no entry of " + pid);
        }
    }
}
