package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.inspect.Picture;
import io.shm.ledger.Site;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that interpret everything, or compile everything before they run it, beside one that does as usual. */
@ExtendWith(RegionTraces.class)
@Timeout(180)
class CompilerModesIT {
    private static final int SIZE = 8 << 20;
    private static final Site SITE = Site.here();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xint",
                "-Xcomp -XX:TieredStopAtLevel=1",
                "-Xcomp -XX:CompileCommand=quiet -XX:CompileCommand=compileonly,io.shm.*::*"
            })
    void theyWorkOnOneRegion(String options) throws Exception {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("CompilerModesIT -Dshm.seed=" + seed);
        String name = RegionTraces.name("modes");
        RegionOptions region64 =
                RegionOptions.named(name).size(SIZE).maximumSize(64 << 20).pool("packet", 500, 300);
        try (Region region = Region.create(region64);
                RegionProcess child = new RegionProcess(List.of(), List.of(options.split(" ")), name, "child")) {
            var working = child.send("work " + seed + " 4000");
            List<Block> blocks = new ArrayList<>();
            while (!working.isDone()) {
                blocks.add(region.allocate(300, SITE));
                if (blocks.size() > 1000) {
                    blocks.forEach(Block::free);
                    blocks.clear();
                }
            }
            assertThat(working.join()).isEqualTo("done, refused 0");
            long handle = Long.parseLong(child.ask("hold 20000000 9"));
            assertThat(region.resolve(handle).getByte(19_999_999)).isEqualTo((byte) 9);
            assertThat(child.end()).isZero();
            blocks.forEach(Block::free);
            Picture picture = RegionTraces.picture(name);
            assertThat(picture.accounts().total()).isEqualTo(picture.identity().mapped());
            assertThat(picture.blocks()).isZero();
            assertThat(picture.damaged()).isZero();
        } finally {
            Region.remove(name, true);
        }
    }
}
