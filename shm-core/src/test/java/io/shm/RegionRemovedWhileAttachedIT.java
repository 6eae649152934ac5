package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.BusyException;
import io.shm.error.NotFoundException;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RegionTraces.class)
@Timeout(120)
class RegionRemovedWhileAttachedIT {
    private static final Site SITE = Site.here();

    @Test
    void whoIsAttachedGoesOnAndTheNameIsFreeAtOnce() throws Exception {
        String name = RegionTraces.name("removed");
        try (Region region = Region.create(RegionOptions.named(name).size(4 << 20));
                RegionProcess child = new RegionProcess(name, "child")) {
            assertThatThrownBy(() -> Region.remove(name, false))
                    .isInstanceOf(BusyException.class)
                    .hasMessageContaining("child");
            assertThat(Region.remove(name, true)).isTrue();
            assertThat(Region.remove(name, true)).isFalse();
            assertThatThrownBy(() -> Region.attach(name)).isInstanceOf(NotFoundException.class);

            Block mine = region.allocate(1000, SITE);
            mine.putByte(0, (byte) 3);
            assertThat(child.ask("read " + mine.handle() + " 0")).isEqualTo("3");
            long theirs = Long.parseLong(child.ask("hold 2000 4"));
            assertThat(region.resolve(theirs).getByte(1999)).isEqualTo((byte) 4);

            try (Region other = Region.create(RegionOptions.named(name).size(4 << 20))) {
                other.allocate(50, SITE);
                assertThat(RegionTraces.picture(name).blocks()).isEqualTo(1);
                assertThat(child.ask("live")).isEqualTo("true");
                assertThatThrownBy(() -> other.resolve(theirs)).isInstanceOf(RuntimeException.class);
            }
            assertThat(child.ask("free " + theirs)).isEqualTo("freed");
            assertThat(child.end()).isZero();
            mine.free();
        } finally {
            Region.remove(name, true);
        }
    }
}
