package io.shm.segment;

class PrivateSystemVSegmentTest extends SegmentContractTest {
    @Override
    SegmentSpec spec(long size) {
        return SegmentSpec.systemV(SystemV.IPC_PRIVATE, size);
    }

    /** Its name is known by what this process has made only: others may make private segments meanwhile. */
    @Override
    void remove() {
        int self = (int) ProcessHandle.current().pid();
        for (SegmentInfo row : MachineSegments.in(SegmentPath.MEMORY_FOLDER)) {
            if (row.kind() == Kind.SYSV && row.key() == SystemV.IPC_PRIVATE && row.creatorPid() == self) {
                Segment.remove(row.reference());
            }
        }
    }
}
