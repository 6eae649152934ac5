package io.shm.metrics;

import io.shm.Region;
import io.shm.inspect.FaultRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import java.time.Duration;
import java.util.List;

/** What a region looked like a moment ago: many figures are asked for at a time, and one walk gives them all. */
final class RegionLook implements AutoCloseable {
    /** So old may what is told be. */
    static final Duration MOST = Duration.ofSeconds(1);

    /** The picture and the faults of one time. */
    record View(Picture picture, List<FaultRow> faults, long atNs) {}

    private final Inspector inspector;
    private final long mostNs;
    private View last;
    private boolean closed;

    RegionLook(Region region, Duration most) {
        this.inspector = Inspector.open(region.reference());
        this.mostNs = most.toNanos();
    }

    /** @throws IllegalStateException if it is closed */
    synchronized View view() {
        if (closed) {
            throw new IllegalStateException("closed: the region is not watched any more");
        }
        if (last == null || System.nanoTime() - last.atNs() >= mostNs) {
            last = new View(inspector.picture(), inspector.faults(), System.nanoTime());
        }
        return last;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            inspector.close();
        }
    }
}
