package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.heap.Block;
import io.shm.inspect.Inspector;
import io.shm.inspect.Leak;
import io.shm.inspect.LeakKind;
import io.shm.ledger.Site;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HolderTest {
    private static final Site SEND = Site.here("send");

    private Region region;

    @BeforeEach
    void make() {
        region = Region.create(RegionOptions.anonymous().size(4 << 20).policy(RegionOptions.Policy.KEEP));
    }

    @AfterEach
    void leave() {
        region.close();
    }

    private List<Leak> unrecorded() {
        try (Inspector inspector = Inspector.open(region.reference())) {
            return inspector.leaks(true, 0).leaks();
        }
    }

    @Test
    void ofAHundredCallsTenAreRefusedAndTheirBlocksAreRecordedNowhere() {
        Holder pending = region.holder("pending");
        for (int call = 0; call < 100; call++) {
            Block block = region.allocate(64, SEND);
            if (call % 10 != 9) {
                pending.add(block);
            }
        }
        assertThat(unrecorded()).hasSize(10);
        assertThat(pending.freeAll()).isEqualTo(90);

        List<Leak> leaks = unrecorded();
        assertThat(leaks).hasSize(10).allMatch(leak -> leak.kind() == LeakKind.DEFINITE);
        assertThat(leaks.stream().mapToLong(leak -> leak.block().size()).sum()).isEqualTo(640);
        assertThat(leaks).extracting(leak -> leak.block().site().method()).containsOnly("send");
        assertThat(leaks).extracting(Leak::note).containsOnly("recorded nowhere");
        pending.close();
    }

    @Test
    void givesOutWhatItHasInTheOrderInWhichItCame() {
        Holder queue = region.holder("queue");
        Block first = region.allocate(64, SEND);
        Block second = region.allocate(64, SEND);
        Block third = region.allocate(64, SEND);
        queue.add(first);
        queue.add(second);
        queue.add(third);
        second.free();
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.remove(second)).isFalse();
        assertThat(queue.poll()).isSameAs(first);
        assertThat(queue.poll()).isSameAs(third);
        assertThat(queue.poll()).isNull();
        assertThat(unrecorded()).hasSize(2);
        first.free();
        third.free();
    }

    @Test
    void refusesWhatIsNotOurs() {
        Holder queue = region.holder("queue");
        Block freed = region.allocate(64, SEND);
        freed.free();
        assertThatThrownBy(() -> queue.add(freed)).isInstanceOf(IllegalArgumentException.class);
        queue.close();
        queue.close();
        Block block = region.allocate(64, SEND);
        assertThatThrownBy(() -> queue.add(block)).isInstanceOf(IllegalStateException.class);
        block.free();
    }
}
