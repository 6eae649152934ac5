package io.shm.segment;

class SystemVSegmentTest extends SegmentContractTest {
    private static final int KEY = 0x7e570000 + (int) (ProcessHandle.current().pid() & 0xffff);

    @Override
    SegmentSpec spec(long size) {
        return SegmentSpec.systemV(KEY, size);
    }

    @Override
    void remove() {
        Segment.remove("sysv:" + KEY);
    }
}
