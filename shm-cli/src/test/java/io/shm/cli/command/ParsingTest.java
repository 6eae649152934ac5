package io.shm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ParsingTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1000,1000",
        "1000B,1000",
        "64k,65536",
        "64K,65536",
        "64KiB,65536",
        "64M,67108864",
        "64MiB,67108864",
        "4G,4294967296",
        "2Ti,2199023255552",
        "9223372036854775807,9223372036854775807"
    })
    void readsSizes(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "M",
                "-1",
                "-64M",
                "+64M",
                "1.5G",
                "1,000",
                "64MB",
                "64 M",
                "64Mi ",
                "0x40",
                "٣",
                "1e6",
                "8388608T",
                "9223372036854775808",
                "99999999999999999999999"
            })
    void refusesOtherSizesAndSaysWhatIsOne(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("1000, 64k, 64M, 4GiB");
    }

    @ParameterizedTest
    @CsvSource({"5,PT5S", "0,PT0S", "500ms,PT0.5S", "30s,PT30S", "5m,PT5M", "2h,PT2H", "1d,PT24H", "1h30m,PT1H30M"})
    void readsDurations(String text, Duration duration) {
        assertThat(Span.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "m",
                "-5m",
                "5 m",
                "1.5h",
                "5w",
                "orders",
                "5m-",
                "99999999999999999999s",
                "9223372036854775807d"
            })
    void refusesOtherDurations(String text) {
        assertThatThrownBy(() -> Span.parse(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("1h30m");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "266240,266240", "0x41000,266240", "0X41000,266240", "0x7fffffffffffffff,9223372036854775807"})
    void readsPlaces(String text, long place) {
        assertThat(Place.parse(text)).isEqualTo(place);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-1", "+1", "0x", "0x-1", "0x+1", "x", "41000h", "0x8000000000000000", "9223372036854775808"
            })
    void refusesOtherPlaces(String text) {
        assertThatThrownBy(() -> Place.parse(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"packet:64x1000,packet,64,1000", "64x1000,,64,1000", "a:b:4kx1,a:b,4096,1", "x:1x2,x,1,2"})
    void readsPools(String text, String tag, long size, long count) {
        assertThat(PoolSpec.parse(text)).isEqualTo(new PoolSpec(tag, size, count));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "64",
                "packet",
                "packet:64",
                ":64x10",
                "0x64",
                "64x0",
                "64x-1",
                "1.5x10",
                "64xten",
                "packet:x10"
            })
    void refusesOtherPools(String text) {
        assertThatThrownBy(() -> PoolSpec.parse(text))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--pool '" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"600,384", "0600,384", "0,0", "777,511"})
    void readsModes(String text, int bits) {
        assertThat(PoolSpec.octal(text)).isEqualTo(bits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9", "rw", "1777", "-1", "+600", "0o600"})
    void refusesOtherModes(String text) {
        assertThatThrownBy(() -> PoolSpec.octal(text))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("'" + text + "'");
    }
}
