package io.shm.heap;

import java.util.Arrays;

/**
 * One thread's running totals by site, tag or pool, on the Java heap: written by the thread alone, read by the
 * housekeeper, which adds what is new to the region's totals.
 *
 * <p>A benign race: the housekeeper may read a value that is one operation old, or miss a counter made just now; the
 * next time it sees it.
 */
final class Counters {
    private final int limit;
    private Counter[] counters = new Counter[16];

    /** Ids are below the limit. */
    Counters(int limit) {
        this.limit = limit;
    }

    /** The counter of an id. */
    Counter of(int id) {
        Counter[] all = counters;
        Counter counter = id < all.length ? all[id] : null;
        return counter != null ? counter : make(id);
    }

    private Counter make(int id) {
        if (id >= counters.length) {
            counters = Arrays.copyOf(counters, Math.max(id + 1, Math.min(limit, counters.length * 2)));
        }
        counters[id] = new Counter();
        return counters[id];
    }

    /** Gives each id with news to the sink; by one housekeeper at a time. */
    void flush(Sink sink) {
        Counter[] all = counters;
        for (int id = 0; id < all.length; id++) {
            if (all[id] != null) {
                all[id].flush(id, sink);
            }
        }
    }

    /** Takes what one thread has counted since the last time. */
    interface Sink {
        /** The last two: by how much the thread's highest point since then lay above where it is now. */
        void add(int id, long allocations, long frees, long bytes, long freedBytes, long blocksAbove, long bytesAbove);
    }

    /** What is made: with room behind the fields, see {@link Padding}. */
    @SuppressWarnings("unused")
    static final class Counter extends Running {
        private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
    }

    /** Running totals of one id. */
    abstract static class Running extends Padding.Before {
        private long allocations;
        private long frees;
        private long bytes;
        private long freedBytes;
        private long peakBlocks;
        private long peakBytes;

        // What the housekeeper has already added; its own.
        private long seenAllocations;
        private long seenFrees;
        private long seenBytes;
        private long seenFreedBytes;
        private long seenPeakBlocks;
        private long seenPeakBytes;

        void allocated(long size) {
            long blocks = ++allocations - frees;
            if (blocks > peakBlocks) {
                peakBlocks = blocks;
            }
            grown(size);
        }

        void freed(long size) {
            frees++;
            freedBytes += size;
        }

        /** A block in use changed its requested size: no allocation, no free. */
        void resized(long more) {
            if (more > 0) {
                grown(more);
            } else {
                freedBytes -= more;
            }
        }

        private void grown(long size) {
            long live = (bytes += size) - freedBytes;
            if (live > peakBytes) {
                peakBytes = live;
            }
        }

        void flush(int id, Sink sink) {
            long nowAllocations = allocations;
            long nowFrees = frees;
            long nowBytes = bytes;
            long nowFreedBytes = freedBytes;
            if (nowAllocations == seenAllocations
                    && nowFrees == seenFrees
                    && nowBytes == seenBytes
                    && nowFreedBytes == seenFreedBytes) {
                return;
            }
            // A peak that rose since the last time stood on top of what others hold now.
            long nowPeakBlocks = peakBlocks;
            long nowPeakBytes = peakBytes;
            sink.add(
                    id,
                    nowAllocations - seenAllocations,
                    nowFrees - seenFrees,
                    nowBytes - seenBytes,
                    nowFreedBytes - seenFreedBytes,
                    nowPeakBlocks > seenPeakBlocks ? nowPeakBlocks - (nowAllocations - nowFrees) : 0,
                    nowPeakBytes > seenPeakBytes ? nowPeakBytes - (nowBytes - nowFreedBytes) : 0);
            seenAllocations = nowAllocations;
            seenFrees = nowFrees;
            seenBytes = nowBytes;
            seenFreedBytes = nowFreedBytes;
            seenPeakBlocks = nowPeakBlocks;
            seenPeakBytes = nowPeakBytes;
        }
    }
}
