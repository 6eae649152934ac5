package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A process without JNA beside one that has it. */
@ExtendWith(LeavesNothing.class)
@Timeout(120)
class WithoutJnaIT {
    private static final String NAME = LeavesNothing.PREFIX + "plain";

    @TempDir
    private Path classes;

    private String classPath;
    private ChildJvm plain;

    @BeforeEach
    void startPlain() throws IOException {
        classPath = ReadableClassPath.copyTo(classes, false);
        plain = ChildJvm.start(List.of(), classPath);
        assertThat(plain.ask("available")).isEqualTo("false");
    }

    @AfterEach
    void removeAll() {
        plain.close();
        Segment.remove(NAME);
    }

    @Test
    void makesAndSharesASegmentWithAName() throws IOException {
        assertThat(plain.ask("create NAMED " + NAME + " 100000 0640")).isEqualTo(NAME);
        try (Segment segment = Segment.attach(NAME, Access.READ_WRITE)) {
            assertThat(segment.requestedSize()).isEqualTo(100_000);
            assertThat(segment.mappedSize()).isEqualTo(102_400);
            assertThat(segment.mode()).isEqualTo(0640);
            segment.memory().putLong(0, 3);
            assertThat(plain.ask("get 0")).isEqualTo("3");
            assertThat(plain.ask("put 8 4")).isEqualTo("ok");
            assertThat(segment.memory().getLong(8)).isEqualTo(4);
        }
    }

    @Test
    void itsLocksAndThoseOfDescriptorsExcludeEachOther() throws Exception {
        try (Segment segment = Segment.create(SegmentSpec.named(NAME, 4096), Initializer.NOTHING);
                ChildJvm second = ChildJvm.start(List.of(), classPath)) {
            plain.ask("attach " + NAME + " READ_WRITE");
            second.ask("attach " + NAME + " READ_WRITE");
            assertThat(segment.lockFile().tryHold(1)).isTrue();
            assertThat(plain.ask("hold 2")).isEqualTo("true");
            assertThat(second.ask("hold 3")).isEqualTo("true");

            assertThat(plain.ask("hold 1")).isEqualTo("false");
            assertThat(plain.ask("hold 3")).isEqualTo("false");
            assertThat(segment.lockFile().tryHold(2)).isFalse();
            for (int index = 1; index <= 3; index++) {
                assertThat(segment.lockFile().probe(index)).isEqualTo(LockFile.Held.HELD);
                assertThat(plain.ask("probe " + index)).isEqualTo("HELD");
                assertThat(second.ask("probe " + index)).isEqualTo("HELD");
            }
            assertThat(plain.ask("probe 4")).isEqualTo("FREE");
            assertThat(segment.lockFile().attachCount()).isEqualTo(3);
            assertThat(plain.ask("count")).isEqualTo("3");

            plain.kill();
            assertThat(second.ask("probe 2")).isEqualTo("FREE");
            assertThat(segment.lockFile().attachCount()).isEqualTo(2);
        }
    }

    @Test
    void saysWhatItCannotDo() throws IOException {
        assertThat(plain.ask("create ANONYMOUS - 4096"))
                .isEqualTo("!UnsupportedPlatformException a segment of kind anonymous needs JNA on 64-bit Linux");
        assertThat(plain.ask("create NAMED " + NAME + " 3000000000"))
                .startsWith("!UnsupportedPlatformException a segment of 3,000,000,512 bytes needs JNA");
    }

    @Test
    void looksAtWhatGrowsAndRefusesTheRest() throws IOException {
        assertThat(plain.ask("create NAMED " + NAME + " 4096 0600 100000"))
                .isEqualTo("!UnsupportedPlatformException a segment that grows needs JNA on 64-bit Linux");
        SegmentSpec spec = SegmentSpec.named(NAME, 4096).withMaximum(1 << 20);
        try (Segment segment = Segment.create(spec, Initializer.NOTHING)) {
            for (Access access : Access.values()) {
                assertThat(plain.ask("attach " + NAME + " " + access))
                        .isEqualTo("!UnsupportedPlatformException a segment that grows needs JNA on 64-bit Linux");
            }
            assertThat(plain.ask("look " + NAME)).isEqualTo(NAME);
            assertThat(plain.ask("follow")).isEqualTo("4096");
            for (int pages = 2; pages < 5; pages++) {
                segment.takeSpace(4096L * (pages - 1), 4096L * pages);
                segment.memory().putLong(4096L * pages - 8, pages);
                assertThat(plain.ask("follow")).isEqualTo("" + 4096 * pages);
                assertThat(plain.ask("get " + (4096 * pages - 8))).isEqualTo("" + pages);
            }
            assertThat(plain.ask("get 16384")).startsWith("!IndexOutOfBoundsException");
        }
    }

    @Test
    void aCreatorIsClaimedAgainstAcrossBothWays() throws IOException {
        assertThat(plain.ask("create-and-wait NAMED " + NAME + " 4096")).isEqualTo("inside");
        try (ChildJvm rival = ChildJvm.start()) {
            assertThat(rival.ask("create NAMED " + NAME + " 4096")).startsWith("!BusyException");
        }
        plain.send("go on");
        assertThat(plain.answer()).isEqualTo(NAME);
    }

    @Test
    void aLookWithJnaAtHandDoesNotLoadIt() throws Exception {
        Segment.create(SegmentSpec.named(NAME, 4096), Initializer.NOTHING).close();
        try (ChildJvm looker = ChildJvm.start()) {
            assertThat(looker.ask("attach " + NAME + " READ_ONLY")).isEqualTo(NAME);
            assertThat(looker.ask("probe 0")).isEqualTo("FREE");
            assertThat(looker.ask("count")).isEqualTo("1");
            assertThat(looker.ask("loaded")).isEqualTo("false");
        }
    }
}
