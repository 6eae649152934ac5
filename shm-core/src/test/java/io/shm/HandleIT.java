package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Handles that go from one process to another, and to where they do not belong. */
@ExtendWith(RegionTraces.class)
@Timeout(120)
class HandleIT {
    private static final Site SITE = Site.here();

    @Test
    void aHandleIsReadInAnotherProcessAndFreedByItsOwnerOnly() throws Exception {
        String name = RegionTraces.name("handle");
        try (Region region = Region.create(RegionOptions.named(name).size(8 << 20));
                RegionProcess child = new RegionProcess(name, "child")) {
            for (long size : new long[] {1, 100, 30_000, 1_000_000}) {
                Block mine = region.allocate(size, SITE);
                mine.putByte(size - 1, (byte) 42);
                assertThat(child.ask("read " + mine.handle() + " " + (size - 1)))
                        .isEqualTo("42");
                assertThat(child.ask("free " + mine.handle()))
                        .startsWith("StaleHandleException")
                        .contains("another's");
                assertThat(mine.isLive()).isTrue();

                long theirs = Long.parseLong(child.ask("hold " + size + " 7"));
                Block seen = region.resolve(theirs);
                assertThat(seen.size()).isEqualTo(size);
                assertThat(seen.getByte(size - 1)).isEqualTo((byte) 7);
                assertThatThrownBy(seen::free)
                        .isInstanceOf(StaleHandleException.class)
                        .hasMessageContaining("another's");
                assertThatThrownBy(() -> seen.resize(size + 1)).isInstanceOf(StaleHandleException.class);
                assertThat(seen.getByte(size - 1)).isEqualTo((byte) 7);
                assertThat(child.ask("free " + theirs)).isEqualTo("freed");
                assertThat(seen.isLive()).isFalse();
                assertThatThrownBy(() -> region.resolve(theirs)).isInstanceOf(StaleHandleException.class);

                mine.free();
                assertThat(child.ask("read " + mine.handle() + " 0")).startsWith("StaleHandleException");
            }
            assertThat(child.end()).isZero();
        } finally {
            Region.remove(name, true);
        }
    }

    @Test
    void aHandleOfAnotherRegionNamesNothing() {
        String first = RegionTraces.name("first");
        String second = RegionTraces.name("second");
        try (Region one = Region.create(RegionOptions.named(first).size(4 << 20));
                Region two = Region.create(RegionOptions.named(second).size(4 << 20))) {
            List<Long> handles = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                handles.add(one.allocate(100, SITE).handle());
                two.allocate(100, SITE);
            }
            for (long handle : handles) {
                assertThat(one.resolve(handle).size()).isEqualTo(100);
                assertThatThrownBy(() -> two.resolve(handle)).isInstanceOf(StaleHandleException.class);
                assertThatThrownBy(() -> two.free(handle)).isInstanceOf(StaleHandleException.class);
            }
        } finally {
            Region.remove(first, true);
            Region.remove(second, true);
        }
    }
}
