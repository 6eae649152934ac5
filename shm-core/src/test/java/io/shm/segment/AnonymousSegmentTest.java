package io.shm.segment;

class AnonymousSegmentTest extends SegmentContractTest {
    @Override
    SegmentSpec spec(long size) {
        return SegmentSpec.anonymous(size);
    }

    @Override
    void remove() {
        // It went with its last attachment.
    }
}
