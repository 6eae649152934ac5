package io.shm.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0",
                "999|999",
                "1000|1,000",
                "1234567|1,234,567",
                "-1234|-1,234",
                "-123|-123",
                "9223372036854775807|9,223,372,036,854,775,807",
                "-9223372036854775808|-9,223,372,036,854,775,808"
            })
    void groupsDigits(long value, String text) {
        assertThat(Numbers.grouped(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0",
                "335872|335,872",
                "999999|999,999",
                "1000000|976.6 KiB",
                "1048575|1 MiB",
                "1048576|1 MiB",
                "67108864|64 MiB",
                "1610612736|1.5 GiB",
                "1073741823|1 GiB",
                "9223372036854775807|8 EiB"
            })
    void sizesAreExactWhileTheyAreShort(long bytes, String text) {
        assertThat(Numbers.size(bytes)).isEqualTo(text);
    }

    @Test
    void countsWithTheRightNoun() {
        assertThat(Numbers.counted(1, "block")).isEqualTo("1 block");
        assertThat(Numbers.counted(0, "block")).isEqualTo("0 blocks");
        assertThat(Numbers.counted(2000, "process")).isEqualTo("2,000 processes");
        assertThat(Numbers.sizeInWords(1)).isEqualTo("1 byte");
        assertThat(Numbers.sizeInWords(1 << 20)).isEqualTo("1 MiB");
    }

    @Test
    void aShareIsNeverShownAsNothing() {
        assertThat(Numbers.percent(0, 10)).isEqualTo("0.0%");
        assertThat(Numbers.percent(1, 100_000)).isEqualTo("<0.1%");
        assertThat(Numbers.percent(1, 8)).isEqualTo("12.5%");
        assertThat(Numbers.percent(8, 8)).isEqualTo("100.0%");
        assertThat(Numbers.percent(0, 0)).isEmpty();
        assertThat(Numbers.percent(Long.MAX_VALUE / 2, Long.MAX_VALUE)).isEqualTo("50.0%");
    }

    @ParameterizedTest
    @CsvSource({"-5,0s", "0,0s", "850,850ms", "42000,42s", "372000,6m12s", "7260000,2h01m", "273600000,3d04h"})
    void agesHaveTwoUnits(long millis, String text) {
        assertThat(Numbers.age(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void modesAreOctal() {
        assertThat(Numbers.mode(0600)).isEqualTo("0600");
        assertThat(Numbers.mode(0100644)).isEqualTo("0644");
        assertThat(Numbers.mode(0)).isEqualTo("0000");
    }
}
