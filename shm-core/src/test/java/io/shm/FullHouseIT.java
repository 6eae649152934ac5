package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.BusyException;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.inspect.Picture;
import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.inspect.ProcessRow;
import io.shm.ledger.Site;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** All 47 places of a region taken, and one more. */
@ExtendWith(RegionTraces.class)
@Timeout(120)
class FullHouseIT {
    private static final int SIZE = 32 << 20;
    private static final int PLACES = 47;
    private static final Site SITE = Site.here();

    @Test
    void allPlacesWorkAndTheNextIsToldWhoHasThem() throws Exception {
        String name = RegionTraces.name("full-house");
        List<Region> regions = new ArrayList<>();
        try (Region first = Region.create(RegionOptions.named(name).size(SIZE));
                RegionProcess child = new RegionProcess(name, "the last but none")) {
            for (int i = 2; i < PLACES; i++) {
                regions.add(Region.attach(name, "place-" + i));
            }
            assertThatThrownBy(() -> Region.attach(name, "one more"))
                    .isInstanceOf(BusyException.class)
                    .hasMessageContaining("47 of 47 places are taken")
                    .hasMessageContaining("the last but none");

            List<Block> blocks = new ArrayList<>();
            for (Region region : regions) {
                Block block = region.allocate(1000, SITE);
                block.putByte(0, (byte) blocks.size());
                blocks.add(block);
            }
            for (int i = 0; i < blocks.size(); i++) {
                assertThat(child.ask("read " + blocks.get(i).handle() + " 0")).isEqualTo("" + i);
            }
            long handle = Long.parseLong(child.ask("hold 5000 7"));
            Picture picture = RegionTraces.picture(name);
            assertThat(picture.processes()).hasSize(PLACES);
            assertThat(picture.processes())
                    .extracting(row -> row.process().state())
                    .containsOnly(Liveness.ALIVE);
            assertThat(picture.accounts().total()).isEqualTo(SIZE);
            assertThat(picture.damaged()).isZero();

            // One that dies makes room for one more, and for one only.
            child.kill();
            regions.add(Region.attach(name, "heir"));
            assertThatThrownBy(() -> Region.attach(name, "again one more")).isInstanceOf(BusyException.class);
            assertThatThrownBy(() -> first.resolve(handle)).isInstanceOf(StaleHandleException.class);
            picture = RegionTraces.picture(name);
            assertThat(picture.processes())
                    .hasSize(PLACES)
                    .extracting(FullHouseIT::name)
                    .contains("heir");
            // And so does one that leaves.
            regions.remove(0).close();
            Region.attach(name, "in its place").close();
            blocks.subList(1, blocks.size())
                    .forEach(block -> assertThat(block.isLive()).isTrue());
        } finally {
            regions.forEach(Region::close);
            assertThat(RegionTraces.picture(name).processes()).isEmpty();
            Region.remove(name, true);
        }
    }

    private static String name(ProcessRow row) {
        return row.process().name();
    }
}
