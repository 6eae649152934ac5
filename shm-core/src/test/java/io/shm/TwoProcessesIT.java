package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.inspect.Accounts;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two processes allocate and free at random, a million times each, while a third looks at the books all the time. */
@ExtendWith(RegionTraces.class)
@Timeout(300)
class TwoProcessesIT {
    private static final int SIZE = 24 << 20;
    private static final int OPERATIONS = Integer.getInteger("shm.operations", 1_000_000);

    private final long seed = Long.getLong("shm.seed", System.nanoTime());

    @Test
    void theBooksAddUpAtEveryMoment() throws Exception {
        System.out.println("TwoProcessesIT -Dshm.seed=" + seed);
        String name = RegionTraces.name("two");
        try (Region region = Region.create(RegionOptions.named(name)
                        .size(SIZE)
                        .pool("packet", 256, 700)
                        .pool("packet", 1024, 300));
                RegionProcess first = new RegionProcess(name, "first");
                RegionProcess second = new RegionProcess(name, "second");
                Inspector inspector = Inspector.open(name)) {
            CompletableFuture<String> one = first.send("work " + seed + " " + OPERATIONS);
            CompletableFuture<String> two = second.send("work " + (seed + 1) + " " + OPERATIONS);
            long looks = 0;
            long most = 0;
            while (!one.isDone() || !two.isDone()) {
                Picture picture = inspector.picture();
                assertThat(picture.accounts().total()).isEqualTo(SIZE);
                assertThat(picture.damaged()).isZero();
                assertThat(picture.accounts().quarantined()).isZero();
                most = Math.max(most, picture.blocks());
                assertThat(inspector.verify().broken()).isEmpty();
                looks++;
            }
            System.out.println("looks " + looks + ", most blocks " + most + ", " + one.get() + ", " + two.get());
            assertThat(looks).isGreaterThan(10);
            assertThat(most).isGreaterThan(100);

            Accounts accounts = inspector.picture().accounts();
            assertThat(accounts.live()).isZero();
            assertThat(accounts.slack()).isZero();
            assertThat(accounts.building()).isZero();
            assertThat(accounts.total()).isEqualTo(SIZE);
            assertThat(region.mappedSize()).isEqualTo(SIZE);
            assertThat(first.end()).isZero();
            assertThat(second.end()).isZero();
            assertThat(inspector.picture().processes()).hasSize(1);
        } finally {
            Region.remove(name, true);
        }
    }
}
