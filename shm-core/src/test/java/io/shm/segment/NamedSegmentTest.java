package io.shm.segment;

class NamedSegmentTest extends SegmentContractTest {
    private static final String NAME = LeavesNothing.PREFIX + "named";

    @Override
    SegmentSpec spec(long size) {
        return SegmentSpec.named(NAME, size);
    }

    @Override
    void remove() {
        Segment.remove(NAME);
    }
}
