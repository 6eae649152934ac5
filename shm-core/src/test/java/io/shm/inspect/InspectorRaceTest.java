package io.shm.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.inspect.RegionFixture.Guest;
import io.shm.layout.Geometry;
import io.shm.layout.RecordLayout;
import io.shm.ledger.Site;
import io.shm.ledger.SlabStates;
import io.shm.memory.SharedMemory;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Others work while the inspector reads: at a chosen read, and all the time. */
@Timeout(120)
class InspectorRaceTest {
    private static final int SIZE = 4 << 20;
    private static final Site SITE = Site.of("A", "b", "A.java", 1);

    @Test
    void takesASlabThatIsFormedAnewUnderItForMovedAndNotForDamaged() {
        int records = Geometry.ofClass(0).count();
        for (int read : new int[] {1, 2, 10, records / 2, records - 1, records}) {
            RegionFixture region = new RegionFixture(SIZE, 0);
            Guest guest = region.join("a");
            int slab = guest.slab(16);
            Interrupted interrupted = new Interrupted(region.memory, region.recordAt(slab, 0), read, () -> {
                long entryAt = region.map.slabEntryAt(slab);
                SlabStates.release(region.memory, entryAt, region.word(slab));
                SlabStates.freeHead(region.memory, entryAt, region.word(slab));
                SlabStates.claim(region.memory, entryAt, region.word(slab), 1);
                region.format(slab, Geometry.ofClass(30));
                // The payload of the new blocks lies where the old records were.
                long from = Geometry.ofClass(30).blockAt(0);
                long to = Geometry.ofClass(0).blockAt(0);
                region.memory.fill(region.map.slabAt(slab) + from, to - from, (byte) 0x5a);
                SlabStates.own(region.memory, entryAt, region.word(slab), 30);
            });
            Picture picture = Inspector.of(interrupted, new Source("orders", "orders", true, Source.NO_LOCKS, () -> {}))
                    .picture();
            assertThat(interrupted.done).as("interrupted at %s", read).isTrue();
            assertThat(picture.damaged()).as("interrupted at %s", read).isZero();
            assertThat(picture.moved()).as("interrupted at %s", read).isPositive();
            assertThat(picture.accounts().total()).isEqualTo(SIZE);
        }
    }

    @Test
    void addsUpWhileOthersAllocateAndFree() throws InterruptedException {
        RegionFixture region = new RegionFixture(SIZE, 0);
        AtomicBoolean stop = new AtomicBoolean();
        Guest guest = region.join("a");
        int slab = guest.slab(128);
        int count = region.geometryOf(slab).count();
        Thread worker = new Thread(() -> {
            SplittableRandom random = new SplittableRandom(1);
            long[] handles = new long[count];
            while (!stop.get()) {
                int index = random.nextInt(count);
                if (handles[index] == 0) {
                    handles[index] = guest.live(slab, index, 1 + random.nextInt(128), "", SITE);
                } else {
                    guest.free(handles[index], SITE);
                    handles[index] = 0;
                }
            }
        });
        worker.start();
        try (Inspector inspector = region.inspect()) {
            for (int i = 0; i < 2_000; i++) {
                Picture picture = inspector.picture();
                assertThat(picture.accounts().total()).isEqualTo(SIZE);
                assertThat(picture.damaged()).isZero();
                inspector.blocks(row -> true, row -> {
                    assertThat(row.state()).isEqualTo("live");
                    assertThat(row.site().className()).isEqualTo("A");
                    assertThat(row.size()).isLessThanOrEqualTo(128);
                });
            }
        } finally {
            stop.set(true);
            worker.join();
        }
    }

    /** Runs something once, before the n-th record of a slab is read. */
    private static final class Interrupted extends SharedMemory {
        private final long offset;
        private final Runnable other;
        private boolean done;

        Interrupted(SharedMemory inner, long firstRecordAt, int index, Runnable other) {
            super(inner);
            // The acquire read of the record before comes last of what is read before this one's.
            this.offset = firstRecordAt + (long) (index - 1) * RecordLayout.LENGTH;
            this.other = other;
        }

        @Override
        public long getLongAcquire(long at) {
            long value = super.getLongAcquire(at);
            if (at == offset && !done) {
                done = true;
                other.run();
            }
            return value;
        }
    }
}
