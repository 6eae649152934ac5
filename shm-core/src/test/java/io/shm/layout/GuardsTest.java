package io.shm.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GuardsTest {
    private static final long BLOCK = 1L << 20;

    @Test
    void aTailIsThePeriodOfTheWordBehindTheBlock() {
        long behind = Guards.behind(BLOCK);
        for (int shift = 0; shift < 32; shift++) {
            long tail = Guards.tail(BLOCK, BLOCK + shift);
            for (int i = 0; i < 8; i++) {
                assertThat(tail >>> (8 * i) & 0xff).isEqualTo(behind >>> (8 * ((shift + i) & 7)) & 0xff);
            }
        }
        assertThat(Guards.tail(BLOCK, BLOCK + 64)).isEqualTo(behind);
    }

    @Test
    void noByteIsOneThatProgramsWriteMost() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            long block = (random.nextLong() >>> 20) & -16L;
            for (long word : new long[] {Guards.behind(block), Guards.before(block)}) {
                for (int shift = 0; shift < 64; shift += 8) {
                    long value = word >>> shift & 0xff;
                    assertThat(value).as("seed %d", seed).isGreaterThan(0x7f).isNotEqualTo(0xff);
                }
            }
        }
    }

    @Test
    void neighboursDiffer() {
        Set<Long> words = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            words.add(Guards.behind(BLOCK + 16L * i));
            assertThat(Guards.before(BLOCK + 16L * i)).isNotEqualTo(Guards.behind(BLOCK + 16L * i));
        }
        assertThat(words).hasSize(10_000);
    }
}
