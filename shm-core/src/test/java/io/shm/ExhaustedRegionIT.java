package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shm.error.OutOfSharedMemoryException;
import io.shm.heap.Block;
import io.shm.inspect.Picture;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RegionTraces.class)
@Timeout(120)
class ExhaustedRegionIT {
    private static final Pattern AMOUNT = Pattern.compile("([0-9,.\\u00a0\\u202f]*[0-9]) by ");

    @Test
    void theMessageOfAFullRegionAddsUpToWhatIsUsed() throws Exception {
        String name = RegionTraces.name("full");
        try (Region region = Region.create(RegionOptions.named(name).size(4 << 20));
                RegionProcess child = new RegionProcess(name, "child")) {
            for (int i = 1; i <= 4; i++) {
                Site site = Site.of("com.acme.Part" + i, "fill", "Part.java", i);
                for (int k = 0; k < 20; k++) {
                    region.allocate(1000L * i + k, site);
                }
            }
            assertThat(Long.parseLong(child.ask("fill 5000"))).isPositive();
            for (Block b = region.tryAllocate(5000, Tag.GENERAL, Site.of("Rest", "r", null, 0));
                    b != null;
                    b = region.tryAllocate(5000, Tag.GENERAL, Site.of("Rest", "r", null, 0))) {
                assertThat(b.size()).isEqualTo(5000);
            }
            Throwable refusal = catchThrowable(() -> region.allocate(5000, Site.of("com.acme.Last", "m", null, 0)));
            assertThat(refusal).isInstanceOf(OutOfSharedMemoryException.class).hasMessageContaining("com.acme.Last");
            Picture picture = RegionTraces.picture(name);
            String[] parts = refusal.getMessage().split("; ");
            assertThat(parts).hasSize(3);
            assertThat(number(parts[0], Pattern.compile("([0-9,.]+) bytes are in use")))
                    .isEqualTo(picture.accounts().live());
            assertThat(number(parts[1], AMOUNT))
                    .as(parts[1])
                    .isEqualTo(picture.accounts().live());
            assertThat(number(parts[2], AMOUNT))
                    .as(parts[2])
                    .isEqualTo(picture.accounts().live());
            assertThat(parts[2]).contains("" + child.pid()).contains("child");
            assertThat(child.end()).isZero();
            assertThat(region.tryAllocate(5000)).isNotNull();
        } finally {
            Region.remove(name, true);
        }
    }

    /** The sum of all numbers that a pattern finds. */
    private static long number(String text, Pattern pattern) {
        long sum = 0;
        for (Matcher m = pattern.matcher(text); m.find(); ) {
            sum += Long.parseLong(m.group(1).replaceAll("\\D", ""));
        }
        return sum;
    }
}
