package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentSpecTest {
    @ParameterizedTest
    @CsvSource({"1, 4096", "4096, 4096", "4097, 8192", "3000000000, 3000000512"})
    void roundsUpToPages(long size, long mapped) {
        assertThat(SegmentSpec.anonymous(size).mappedSize()).isEqualTo(mapped);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, (1L << 46) + 1, Long.MAX_VALUE})
    void refusesASizeThatNothingCanHave(long size) {
        assertThatIllegalArgumentException().isThrownBy(() -> SegmentSpec.zero(size));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 01000, 07777})
    void refusesAModeBeyondThePermissions(int mode) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SegmentSpec.anonymous(1).withMode(mode));
    }

    @ParameterizedTest
    @EnumSource
    void aCodeLeadsBackToItsKind(Kind kind) {
        assertThat(Kind.ofCode(kind.code())).isSameAs(kind);
        assertThat(Kind.ofCode(0)).isNull();
        assertThat(Kind.ofCode(5)).isNull();
    }
}
