package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.NoSpaceException;
import io.shm.error.NotFoundException;
import io.shm.memory.SharedMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every kind of segment does. */
@ExtendWith(LeavesNothing.class)
abstract class SegmentContractTest {
    /** A spec of this kind, of the same name each time where the kind has names. */
    abstract SegmentSpec spec(long size);

    /** Takes the name away, if there is one. */
    abstract void remove();

    private Segment create(long size) {
        return Segment.create(spec(size), Initializer.NOTHING);
    }

    @Test
    void showsTheRequestedAndTheMappedSize() {
        try (Segment segment = create(1000)) {
            assertThat(segment.requestedSize()).isEqualTo(1000);
            assertThat(segment.mappedSize()).isEqualTo(4096);
            assertThat(segment.memory().size()).isEqualTo(4096);
            assertThat(segment.kind()).isEqualTo(spec(1).kind());
            assertThat(segment.access()).isEqualTo(Access.READ_WRITE);
            assertThat(segment.mode()).isEqualTo(0600);
        }
        remove();
    }

    @Test
    void aWholePageIsNotRoundedUp() {
        try (Segment segment = create(8192)) {
            assertThat(segment.mappedSize()).isEqualTo(8192);
        }
        remove();
    }

    @Test
    void everyByteIsZeroAtFirst() {
        SegmentSpec spec = spec(100_000);
        try (Segment segment = Segment.create(spec, SegmentContractTest::assertZero)) {
            assertZero(segment);
        }
        remove();
    }

    private static void assertZero(Segment segment) {
        for (long offset = 0; offset < segment.mappedSize(); offset += Long.BYTES) {
            assertThat(segment.memory().getLong(offset)).isZero();
        }
    }

    @Test
    void twoAttachmentsSeeEachOthersBytes() {
        try (Segment creator = create(4096);
                Segment other = Segment.attach(creator.reference(), Access.READ_WRITE)) {
            creator.memory().putLong(8, 42);
            other.memory().putLong(16, 43);

            assertThat(other.memory().getLong(8)).isEqualTo(42);
            assertThat(creator.memory().getLong(16)).isEqualTo(43);
        }
        remove();
    }

    @Test
    void anAttachmentKnowsWhatWasMade() {
        try (Segment creator = create(1000);
                Segment other = Segment.attach(creator.reference(), Access.READ_WRITE)) {
            assertThat(other.requestedSize()).isEqualTo(1000);
            assertThat(other.mappedSize()).isEqualTo(4096);
            assertThat(other.kind()).isEqualTo(creator.kind());
            assertThat(other.mode()).isEqualTo(0600);
            assertThat(other.path()).isEqualTo(creator.path());
        }
        remove();
    }

    @Test
    void anAttachmentCanBeAttachedInTurn() {
        try (Segment creator = create(4096);
                Segment child = Segment.attach(creator.reference(), Access.READ_WRITE)) {
            creator.memory().putLong(0, 7);
            try (Segment grandchild = Segment.attach(child.reference(), Access.READ_ONLY)) {
                assertThat(grandchild.memory().getLong(0)).isEqualTo(7);
            }
        }
        remove();
    }

    @Test
    void aReadOnlyAttachmentRefusesWrites() {
        try (Segment creator = create(4096);
                Segment reader = Segment.attach(creator.reference(), Access.READ_ONLY)) {
            creator.memory().putLong(0, 5);

            assertThat(reader.access()).isEqualTo(Access.READ_ONLY);
            assertThat(reader.memory().getLong(0)).isEqualTo(5);
            assertThatThrownBy(() -> reader.memory().putLong(0, 6)).isInstanceOf(IllegalStateException.class);
            assertThat(reader.byteBuffer(0, 8).isReadOnly()).isTrue();
        }
        remove();
    }

    @Test
    void aViewIsLittleEndianAndOfTheSameBytes() {
        try (Segment segment = create(8192)) {
            segment.memory().putLong(4096, 0x0102030405060708L);
            ByteBuffer view = segment.byteBuffer(4096, 16);

            assertThat(view.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(view.remaining()).isEqualTo(16);
            assertThat(view.getLong(0)).isEqualTo(0x0102030405060708L);
            view.putLong(8, 9);
            assertThat(segment.memory().getLong(4104)).isEqualTo(9);
            assertThatThrownBy(() -> segment.byteBuffer(8185, 8)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        remove();
    }

    @Test
    void aClosedSegmentReadsZerosAndNeverFaults() {
        try (Segment other = create(4096)) {
            Segment segment = Segment.attach(other.reference(), Access.READ_WRITE);
            segment.memory().putLong(0, 77);
            SharedMemory kept = segment.memory();
            ByteBuffer view = segment.byteBuffer(0, 8);
            segment.close();
            segment.close();

            assertThat(kept.getLong(0)).isZero();
            assertThat(view.getLong(0)).isZero();
            kept.putLong(0, 78);
            assertThat(other.memory().getLong(0)).as("no store gets through").isEqualTo(77);
            assertThat(segment.isClosed()).isTrue();
            assertThatThrownBy(segment::memory)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is closed");
        }
        remove();
    }

    @Test
    void aThreadThatRacesWithCloseSeesBytesOrZeros() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            Segment segment = create(1 << 20);
            segment.memory().fill(0, 1 << 20, (byte) 1);
            SharedMemory memory = segment.memory();
            StringBuilder bad = new StringBuilder();
            Thread reader = new Thread(() -> {
                long seen;
                do {
                    seen = memory.getLongVolatile(1 << 19);
                    if (seen != 0 && seen != 0x0101010101010101L) {
                        bad.append(seen);
                    }
                } while (seen != 0);
            });
            reader.start();
            segment.close();
            reader.join();
            assertThat(bad).isEmpty();
            remove();
        }
    }

    @Test
    void countsItsAttachments() {
        try (Segment creator = create(4096)) {
            assertThat(creator.lockFile().attachCount()).isEqualTo(1);
            try (Segment writer = Segment.attach(creator.reference(), Access.READ_WRITE);
                    Segment reader = Segment.attach(creator.reference(), Access.READ_ONLY)) {
                assertThat(creator.lockFile().attachCount()).isEqualTo(3);
                assertThat(writer.lockFile().attachCount()).isEqualTo(3);
                assertThat(reader.lockFile().inode())
                        .isEqualTo(creator.lockFile().inode());
            }
            assertThat(creator.lockFile().attachCount()).isEqualTo(1);
        }
        remove();
    }

    @Test
    void aByteHasOneHolder() {
        try (Segment creator = create(4096);
                Segment other = Segment.attach(creator.reference(), Access.READ_WRITE)) {
            assertThat(creator.lockFile().probe(3)).isEqualTo(LockFile.Held.FREE);
            assertThat(creator.lockFile().tryHold(3)).isTrue();
            assertThat(creator.lockFile().tryHold(3)).as("not twice").isFalse();
            assertThat(other.lockFile().tryHold(3)).isFalse();
            assertThat(other.lockFile().probe(3)).isEqualTo(LockFile.Held.HELD);
            assertThat(creator.lockFile().probe(3)).isEqualTo(LockFile.Held.HELD);

            other.lockFile().letGo(3);
            assertThat(creator.lockFile().probe(3))
                    .as("only its holder lets go")
                    .isEqualTo(LockFile.Held.HELD);
            creator.lockFile().letGo(3);
            assertThat(other.lockFile().tryHold(3)).isTrue();
        }
        remove();
    }

    @Test
    void closingLetsGoOfTheBytes() {
        try (Segment creator = create(4096)) {
            Segment other = Segment.attach(creator.reference(), Access.READ_WRITE);
            assertThat(other.lockFile().tryHold(46)).isTrue();
            other.close();

            assertThat(creator.lockFile().probe(46)).isEqualTo(LockFile.Held.FREE);
            assertThat(other.lockFile().probe(46)).isEqualTo(LockFile.Held.UNKNOWN);
            assertThat(other.lockFile().tryHold(46)).isFalse();
        }
        remove();
    }

    @Test
    void aFailingInitializerLeavesNothing() {
        IllegalStateException failure = new IllegalStateException("of the test");
        String[] reference = new String[1];

        assertThatThrownBy(() -> Segment.create(spec(4096), unfinished -> {
                    reference[0] = unfinished.reference();
                    throw failure;
                }))
                .isSameAs(failure);
        assertThatThrownBy(() -> Segment.attach(reference[0], Access.READ_ONLY)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void nobodyAttachesBeforeItIsFinished() {
        Initializer impatient =
                unfinished -> assertThatThrownBy(() -> Segment.attach(unfinished.reference(), Access.READ_ONLY))
                        .isInstanceOf(NotFoundException.class)
                        .hasMessageStartingWith("no region '");

        Segment.create(spec(4096), impatient).close();
        remove();
    }

    @Test
    void moreThanTheAvailableMemoryIsRefusedWithFigures() {
        assertThatThrownBy(() -> Segment.create(spec(1L << 45), Initializer.NOTHING))
                .isInstanceOf(NoSpaceException.class)
                .hasMessageContaining("35,184,372,088,832 bytes asked")
                .hasMessageContaining("(available");
    }

    @Test
    void canMakeAllPagesPresentAtOnce() {
        try (Segment segment = Segment.create(spec(1 << 20).withPopulate(true), Initializer.NOTHING)) {
            assertZero(segment);
        }
        remove();
    }

    @Test
    void theMemoryCanBeTakenAwayFromEverybodyElse() {
        try (Segment creator = create(4096);
                Segment leaver = Segment.attach(creator.reference(), Access.READ_WRITE)) {
            SharedMemory before = leaver.memory();
            SharedMemory alone = leaver.isolate();
            alone.putLong(0, 11);

            assertThat(before.getLong(0)).isZero();
            assertThat(creator.memory().getLong(0)).isEqualTo(11);
        }
        remove();
    }
}
