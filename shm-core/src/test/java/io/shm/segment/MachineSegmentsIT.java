package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What other processes share, seen from here. */
@ExtendWith(LeavesNothing.class)
@Timeout(120)
class MachineSegmentsIT {
    private static final int KEY = 0x7e5a0000 + (int) (ProcessHandle.current().pid() & 0xffff);

    @Test
    void aSegmentWhoseProcessWasKilledIsAnOrphan() throws Exception {
        String reference;
        try (ChildJvm child = ChildJvm.start()) {
            reference = child.ask("create SYSV " + KEY + " 5000");
            assertThat(row(reference).attachCount()).isEqualTo(1);
            assertThat(row(reference).creatorPid()).isEqualTo((int) child.pid());
        }
        SegmentInfo orphan = row(reference);
        assertThat(orphan.isOrphan()).isTrue();
        assertThat(orphan.size()).isEqualTo(5000);
        assertThat(orphan.mapped()).isEqualTo(8192);
        assertThat(SystemV.ofMachine().stat(orphan.id()).nattch()).isZero();
        SystemV.ofMachine().remove(orphan.id());
    }

    private static SegmentInfo row(String reference) {
        return MachineSegments.in(SegmentPath.MEMORY_FOLDER).stream()
                .filter(row -> row.reference().equals(reference))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void memoryWithoutANameIsListedOnceForAllItsProcesses() throws Exception {
        try (ChildJvm one = ChildJvm.start();
                ChildJvm two = ChildJvm.start()) {
            String first = one.ask("create ANONYMOUS - 5000");
            String second = two.ask("attach " + first + " READ_WRITE");

            assertThat(MachineSegments.nameless())
                    .filteredOn(row ->
                            row.reference().equals(first) || row.reference().equals(second))
                    .singleElement()
                    .satisfies(row -> {
                        assertThat(row.attachCount()).isEqualTo(2);
                        assertThat(row.size()).isEqualTo(5000);
                    });
            assertThat(MachineSegments.sharedMaps())
                    .filteredOn(map -> map.pids().contains(one.pid()))
                    .singleElement()
                    .satisfies(map -> {
                        assertThat(map.pids()).contains(two.pid());
                        assertThat(map.bytes()).isEqualTo(8192);
                        assertThat(map.path()).startsWith("/memfd:shm.region.");
                    });
        }
    }
}
