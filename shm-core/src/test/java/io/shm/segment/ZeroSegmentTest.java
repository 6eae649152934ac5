package io.shm.segment;

class ZeroSegmentTest extends SegmentContractTest {
    @Override
    SegmentSpec spec(long size) {
        return SegmentSpec.zero(size);
    }

    @Override
    void remove() {
        // It went with its last attachment.
    }
}
