package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shm.error.NotFoundException;
import io.shm.memory.Posix;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Finding memory without a name in a process: here in this one. */
@ExtendWith(LeavesNothing.class)
class NamelessTest {
    private static final String SELF = "pid:" + ProcessHandle.current().pid();

    private static Segment create(Kind kind) {
        SegmentSpec spec = kind == Kind.ZERO ? SegmentSpec.zero(4096) : SegmentSpec.anonymous(4096);
        return Segment.create(spec, unfinished -> unfinished.memory().putLong(0, kind.code()));
    }

    @Test
    void theOnlyOneIsFoundByTheProcessAlone() {
        try (Segment segment = create(Kind.ANONYMOUS);
                Segment found = Segment.attach(SELF, Access.READ_ONLY)) {
            assertThat(found.memory().getLong(0)).isEqualTo(segment.kind().code());
        }
    }

    @Test
    void ofSeveralItSaysWhichThereAre() {
        try (Segment one = create(Kind.ANONYMOUS);
                Segment two = create(Kind.ZERO)) {
            assertThatThrownBy(() -> Segment.attach(SELF, Access.READ_ONLY))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("has 2 regions without a name")
                    .hasMessageContaining(one.reference())
                    .hasMessageContaining(two.reference());
        }
    }

    @Test
    void aDescriptorOfSomethingElseIsRefused() {
        try (Segment segment = create(Kind.ANONYMOUS)) {
            assertThatThrownBy(() -> Segment.attach(SELF + "/1", Access.READ_ONLY))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessage("no region '" + SELF + "/1': descriptor 1 of process "
                            + ProcessHandle.current().pid() + " is not one. There: " + segment.reference());
        }
    }

    @Test
    void aProcessWithoutAnyIsSaid() {
        assertThatThrownBy(() -> Segment.attach(SELF, Access.READ_WRITE))
                .isInstanceOf(NotFoundException.class)
                .hasMessageEndingWith("has none");
        assertThatThrownBy(() -> Segment.attach("pid:4194305", Access.READ_WRITE))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("no region 'pid:4194305': there is no process 4194305");
    }

    @Test
    void withItsHandOverClosedOnlyRootFindsIt() throws IOException {
        try (Segment segment = create(Kind.ZERO)) {
            segment.closeHandOver();
            segment.closeHandOver();
            assertThat(segment.reference()).isEqualTo(SELF);
            assertThat(segment.memory().getLong(0)).isEqualTo(Kind.ZERO.code());

            assumeTrue(User.current().uid() == 0, "only root may follow /proc/PID/map_files");
            try (Segment found = Segment.attach(SELF, Access.READ_WRITE)) {
                assertThat(found.memory().getLong(0)).isEqualTo(Kind.ZERO.code());
                assertThat(found.kind()).isEqualTo(Kind.ZERO);
            }
        }
    }

    @Test
    void itsLengthIsSealed() throws IOException {
        try (Segment segment = create(Kind.ANONYMOUS)) {
            int descriptor = Integer.parseInt(segment.reference().substring(SELF.length() + 1));
            assertThatThrownBy(() -> Posix.truncate(descriptor, 0)).hasMessageContaining("EPERM");
            assertThatThrownBy(() -> Posix.truncate(descriptor, 8192)).hasMessageContaining("EPERM");
        }
    }

    @Test
    void hasNoPathAndCannotBeRemoved() {
        try (Segment segment = create(Kind.ANONYMOUS)) {
            assertThat(segment.path()).isNull();
            assertThatThrownBy(() -> Segment.remove(segment.reference())).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
