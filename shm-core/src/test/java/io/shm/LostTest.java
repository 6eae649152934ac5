package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.inspect.Inspector;
import io.shm.inspect.Leak;
import io.shm.inspect.LeakKind;
import io.shm.ledger.Level;
import io.shm.ledger.Site;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Blocks whose objects the collector has taken. */
@Timeout(120)
class LostTest {
    private static final Site DROP = Site.here("drop");

    private Region region;

    @BeforeEach
    void make() {
        region = Region.create(RegionOptions.anonymous().size(4 << 20));
        region.setLevel(Level.FULL);
    }

    @AfterEach
    void leave() {
        region.close();
    }

    private List<Leak> leaks() {
        try (Inspector inspector = Inspector.open(region.reference())) {
            return inspector.leaks().leaks();
        }
    }

    private void drop(int blocks) {
        for (int i = 0; i < blocks; i++) {
            region.allocate(100, DROP);
        }
    }

    /** Collects until so many are reported: a thread of the JVM's own reports what the collector tells it, in time. */
    private List<Leak> leaksOnceThereAre(int least) throws InterruptedException {
        List<Leak> leaks = leaks();
        while (leaks.size() < least) {
            collect();
            leaks = leaks();
        }
        return leaks;
    }

    /** Waits until the collector has told of an object that was unreachable before: so it has seen all the others. */
    private static void collect() throws InterruptedException {
        ReferenceQueue<Object> told = new ReferenceQueue<>();
        WeakReference<Object> marker = new WeakReference<>(new Object(), told);
        do {
            System.gc();
        } while (told.remove(100) != marker);
    }

    @Test
    void aThousandDroppedAndCollectedAreAThousandLostOfOneSite() throws InterruptedException {
        drop(1000);
        List<Leak> leaks = leaksOnceThereAre(1000);
        assertThat(leaks).hasSize(1000).allMatch(leak -> leak.kind() == LeakKind.LOST);
        assertThat(leaks)
                .extracting(leak -> leak.block().site())
                .containsOnly(leaks.get(0).block().site());
        assertThat(leaks.get(0).block().site().method()).isEqualTo("drop");
        assertThat(leaks.stream().mapToLong(leak -> leak.block().size()).sum()).isEqualTo(100_000);
        assertThat(leaks).extracting(leak -> leak.block().change()).containsOnly("lost");
    }

    @Test
    void whatIsReachableOrFreedOrKnownByItsHandleIsNotLost() throws InterruptedException {
        List<Block> kept = new ArrayList<>();
        List<WeakReference<Block>> gone = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            kept.add(region.allocate(100, DROP));
            Block known = region.allocate(100, DROP);
            assertThat(known.handle()).isNotZero();
            gone.add(new WeakReference<>(known));
            Block freed = region.allocate(100, DROP);
            freed.free();
            gone.add(new WeakReference<>(freed));
        }
        while (gone.stream().anyMatch(block -> block.get() != null)) {
            collect();
        }
        drop(1);
        try {
            assertThat(leaksOnceThereAre(1)).hasSize(1);
        } finally {
            Reference.reachabilityFence(kept);
        }
    }

    @Test
    void oneThatWasResolvedAgainIsLostWithItsLastObject() throws InterruptedException {
        Block again = region.resolve(handleOfADroppedOne());
        drop(1);
        assertThat(leaksOnceThereAre(1)).hasSize(1);
        assertThat(again.isLive()).isTrue();
        again.free();
    }

    private long handleOfADroppedOne() {
        return region.allocate(100, DROP).handle();
    }

    @Test
    void belowFullNobodyIsWatched() throws InterruptedException {
        region.setLevel(Level.SITES);
        WeakReference<Block> dropped = new WeakReference<>(region.allocate(100, DROP));
        while (dropped.get() != null) {
            collect();
        }
        region.setLevel(Level.FULL);
        drop(1);
        assertThat(leaksOnceThereAre(1)).hasSize(1);
    }
}
