package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.cell.CellArray;
import io.shm.cell.Slot;
import io.shm.heap.Block;
import io.shm.inspect.Inspector;
import io.shm.inspect.LeakReport;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A correct program never has a leak, at whatever moment somebody looks. */
@Timeout(300)
class LeaksRaceTest {
    private static final Site WORK = Site.here("work");
    private static final int LOOKS = 200;

    @Test
    void blocksThatPassThroughCellsAllTheTimeAreNeverLeaks() throws Exception {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("LeaksRaceTest -Dshm.seed=" + seed);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong steps = new AtomicLong();
        List<Region> regions = new ArrayList<>();
        try (Region region = Region.create(RegionOptions.anonymous().size(8 << 20));
                Inspector inspector = Inspector.open(region.reference())) {
            region.array("array", 16);
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Region other = Region.attach(region.reference());
                regions.add(other);
                Random random = new Random(seed + i);
                workers.add(threads.submit(() -> work(other, random, stop, steps)));
            }
            long before = -1;
            for (int look = 0; look < LOOKS || steps.get() == before; look++) {
                before = steps.get();
                LeakReport report = inspector.leaks();
                assertThat(report.leaks()).as("seed %d, look %d", seed, look).isEmpty();
            }
            stop.set(true);
            for (Future<?> worker : workers) {
                worker.get();
            }
            assertThat(inspector.leaks().leaks()).isEmpty();
            regions.forEach(Region::close);
        } finally {
            stop.set(true);
            threads.shutdown();
        }
    }

    private static void work(Region region, Random random, AtomicBoolean stop, AtomicLong steps) {
        CellArray array = region.array("array", 16);
        Slot root = region.root("root");
        List<Block> mine = new ArrayList<>();
        while (!stop.get()) {
            steps.incrementAndGet();
            Slot slot = random.nextInt(4) == 0 ? root : array.slot(random.nextInt(16));
            switch (random.nextInt(4)) {
                case 0 -> {
                    Block block = slot.take();
                    if (block != null) {
                        mine.add(block);
                    }
                }
                case 1 -> {
                    Block block = mine.isEmpty() ? region.allocate(64, Tag.GENERAL, WORK) : mine.remove(0);
                    if (!slot.publish(block)) {
                        mine.add(block);
                    }
                }
                case 2 -> {
                    Block block = mine.isEmpty() ? region.allocate(64, Tag.GENERAL, WORK) : mine.remove(0);
                    Block former = slot.exchange(block);
                    if (former != null) {
                        mine.add(former);
                    }
                }
                default -> {
                    if (mine.size() > 8) {
                        mine.remove(0).free();
                    }
                }
            }
        }
        mine.forEach(Block::free);
    }
}
