package io.shm.segment;

/**
 * What a segment is made of, apart from its mapping.
 *
 * @param path null without a name
 * @param handOver what a segment without a name is passed on by; null with one
 */
record Backing(Kind kind, SegmentPath path, HandOver handOver, long requestedSize, int mode) {
    String reference() {
        return path == null ? handOver.reference() : References.of(path);
    }
}
