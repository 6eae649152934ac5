package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferencesTest {
    @ParameterizedTest
    @CsvSource({
        "orders,                 /dev/shm,  orders",
        "/tmp/orders,            /tmp,      orders",
        "/dev/shm/orders,        /dev/shm,  orders",
        "my orders.v2,           /dev/shm,  my orders.v2",
        ".hidden,                /dev/shm,  .hidden",
        "sysv:0x1234,            /dev/shm,  sysv-0x00001234",
        "sysv:4660,              /dev/shm,  sysv-0x00001234",
        "sysv:0xDEADBEEF,        /dev/shm,  sysv-0xdeadbeef",
        "sysv:-559038737,        /dev/shm,  sysv-0xdeadbeef",
        "a.tmp.b,                /dev/shm,  a.tmp.b",
    })
    void namesFiles(String reference, Path folder, String name) {
        assertThat(References.pathOf(reference)).isEqualTo(new SegmentPath(folder, name));
    }

    @Test
    void aRelativePathIsRelativeToTheWorkingFolder() {
        assertThat(References.pathOf("./orders").folder())
                .isEqualTo(Path.of(".").toAbsolutePath());
    }

    @Test
    void aNameMayHaveAnyLetters() {
        assertThat(References.pathOf("заказы 订单").lockFile()).isEqualTo(Path.of("/dev/shm/.заказы 订单.lock"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "/",
                "/tmp/",
                "/tmp/..",
                "a\0b",
                "a\nb",
                "a\u007fb",
                ".orders.lock",
                "x.tmp.1-2-3-4",
                "pid:",
                "pid:x",
                "pid:1/",
                "pid:1/2/3",
                "sysv:",
                "sysv:0x",
                "sysv:0x123456789",
                "sysv:0",
                "sysv:0x0",
                "sysv:key"
            })
    void refusesWhatCannotBeAName(String reference) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> {
                    References.pathOf(reference);
                })
                .withMessageNotContaining("\0")
                .withMessageNotContaining("\n");
    }

    @Test
    void refusesANameThatLeavesNoRoomForItsLockFile() {
        assertThat(References.pathOf("n".repeat(190)).name()).hasSize(190);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> References.pathOf("n".repeat(191)))
                .withMessageContaining("at most 190 bytes, this one 191");
        assertThatIllegalArgumentException()
                .as("bytes, not letters")
                .isThrownBy(() -> References.pathOf("订".repeat(64)))
                .withMessageContaining("192");
    }

    @Test
    void aProcessIsNoName() {
        assertThat(References.ofProcess("pid:4711")).isEqualTo(new References.OfProcess(4711, -1));
        assertThat(References.ofProcess("pid:4711/12")).isEqualTo(new References.OfProcess(4711, 12));
        assertThat(References.ofProcess("orders")).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> References.pathOf("pid:4711"));
    }

    @ParameterizedTest
    @CsvSource({
        "orders,                     orders",
        "/tmp/orders,                /tmp/orders",
        "/dev/shm/sysv-0x00001234,   sysv:0x00001234",
        "/tmp/sysv-0x00001234,       /tmp/sysv-0x00001234",
        "/dev/shm/sysv-private-77,   sysv-private-77",
    })
    void aReferenceLeadsBackToItsFiles(String given, String reference) {
        SegmentPath path = References.pathOf(given);

        assertThat(References.of(path)).isEqualTo(reference);
        assertThat(References.pathOf(reference)).isEqualTo(path);
    }

    @Test
    void aNamedSegmentIsNotCalledLikeASystemVOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> SegmentSpec.named("sysv-0x00001234", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> SegmentSpec.named("sysv-private-7", 1));
    }

    @ParameterizedTest
    @CsvSource({
        "orders, orders, 0",
        "ordrs, orders, 1",
        "ordres, orders, 2",
        "'', abc, 3",
        "abc, '', 3",
        "kitten, sitting, 3"
    })
    void countsEdits(String from, String to, int edits) {
        assertThat(Near.edits(from, to)).isEqualTo(edits);
    }
}
