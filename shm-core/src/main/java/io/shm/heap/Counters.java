package io.shm.heap;

/**
 * One thread's running totals by site, tag or pool, on the Java heap: written by the thread alone, read by the
 * housekeeper, which adds what is new to the region's totals.
 *
 * <p>A benign race: the housekeeper may read a value that is one operation old.
 */
final class Counters {
    static final int ALLOCATIONS = 0;
    static final int FREES = 1;
    static final int BYTES_ALLOCATED = 2;
    static final int BYTES_FREED = 3;
    static final int PEAK_BLOCKS = 4;
    static final int PEAK_BYTES = 5;
    private static final int WIDTH_SHIFT = 3;
    private static final int PAGE_SHIFT = 4;
    private static final int PAGE_MASK = (1 << PAGE_SHIFT) - 1;

    private final long[][] pages;
    /** What the housekeeper has already added; its own. */
    private final long[][] flushed;

    Counters(int ids) {
        pages = new long[(ids + PAGE_MASK) >>> PAGE_SHIFT][];
        flushed = new long[pages.length][];
    }

    void allocated(int id, long bytes) {
        long[] page = page(id);
        int at = (id & PAGE_MASK) << WIDTH_SHIFT;
        long blocks = ++page[at + ALLOCATIONS] - page[at + FREES];
        if (blocks > page[at + PEAK_BLOCKS]) {
            page[at + PEAK_BLOCKS] = blocks;
        }
        long live = (page[at + BYTES_ALLOCATED] += bytes) - page[at + BYTES_FREED];
        if (live > page[at + PEAK_BYTES]) {
            page[at + PEAK_BYTES] = live;
        }
    }

    void freed(int id, long bytes) {
        long[] page = page(id);
        int at = (id & PAGE_MASK) << WIDTH_SHIFT;
        page[at + FREES]++;
        page[at + BYTES_FREED] += bytes;
    }

    /** A block in use changed its requested size: no allocation, no free. */
    void resized(int id, long bytesMore) {
        long[] page = page(id);
        int at = (id & PAGE_MASK) << WIDTH_SHIFT;
        if (bytesMore > 0) {
            page[at + BYTES_ALLOCATED] += bytesMore;
        } else {
            page[at + BYTES_FREED] -= bytesMore;
        }
    }

    /** Gives each id with news to the sink; by one housekeeper at a time. */
    void flush(Sink sink) {
        for (int p = 0; p < pages.length; p++) {
            long[] page = pages[p];
            if (page == null) {
                continue;
            }
            if (flushed[p] == null) {
                flushed[p] = new long[page.length];
            }
            long[] old = flushed[p];
            for (int i = 0; i <= PAGE_MASK; i++) {
                int at = i << WIDTH_SHIFT;
                long allocations = page[at + ALLOCATIONS];
                long frees = page[at + FREES];
                long bytes = page[at + BYTES_ALLOCATED];
                long freedBytes = page[at + BYTES_FREED];
                if (allocations == old[at + ALLOCATIONS]
                        && frees == old[at + FREES]
                        && bytes == old[at + BYTES_ALLOCATED]
                        && freedBytes == old[at + BYTES_FREED]) {
                    continue;
                }
                // A peak that rose since the last time stood on top of what others hold now.
                long peakBlocks = page[at + PEAK_BLOCKS];
                long peakBytes = page[at + PEAK_BYTES];
                sink.add(
                        (p << PAGE_SHIFT) + i,
                        allocations - old[at + ALLOCATIONS],
                        frees - old[at + FREES],
                        bytes - old[at + BYTES_ALLOCATED],
                        freedBytes - old[at + BYTES_FREED],
                        peakBlocks > old[at + PEAK_BLOCKS] ? peakBlocks - (allocations - frees) : 0,
                        peakBytes > old[at + PEAK_BYTES] ? peakBytes - (bytes - freedBytes) : 0);
                old[at + ALLOCATIONS] = allocations;
                old[at + FREES] = frees;
                old[at + BYTES_ALLOCATED] = bytes;
                old[at + BYTES_FREED] = freedBytes;
                old[at + PEAK_BLOCKS] = peakBlocks;
                old[at + PEAK_BYTES] = peakBytes;
            }
        }
    }

    private long[] page(int id) {
        long[] page = pages[id >>> PAGE_SHIFT];
        return page != null ? page : newPage(id >>> PAGE_SHIFT);
    }

    private long[] newPage(int at) {
        pages[at] = new long[(PAGE_MASK + 1) << WIDTH_SHIFT];
        return pages[at];
    }

    /** Takes what one thread has counted since the last time. */
    interface Sink {
        /** The last two: by how much the thread's highest point since then lay above where it is now. */
        void add(int id, long allocations, long frees, long bytes, long freedBytes, long blocksAbove, long bytesAbove);
    }
}
