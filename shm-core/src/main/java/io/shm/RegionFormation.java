package io.shm;

import io.shm.heap.Heap;
import io.shm.heap.PoolSpec;
import io.shm.layout.Geometry;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabClass;
import io.shm.ledger.HeaderSpec;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;
import io.shm.participant.ProcessIdentity;
import io.shm.segment.Segment;
import io.shm.segment.SegmentSpec;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;

/** Lays out a new region in a segment that nobody sees yet: a crash in here leaves nothing that can be attached. */
final class RegionFormation {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long MOST_BYTES = (long) RegionMap.MAX_SLABS << Geometry.SLAB_SHIFT;

    /**
     * Refuses a size in which the region's tables, its pools and one slab do not fit.
     *
     * @throws IllegalArgumentException with the smallest size that would do
     */
    static void checkSize(RegionOptions options) {
        List<PoolSpec> pools = options.pools();
        if (pools.size() > SlabClass.POOLS_LIMIT) {
            throw new IllegalArgumentException(
                    "a region has at most " + SlabClass.POOLS_LIMIT + " pools, not " + pools.size());
        }
        long mapped = options.segment().mappedSize();
        if (mapped > MOST_BYTES) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "a region has at most %,d bytes, not %,d", MOST_BYTES, mapped));
        }
        SegmentSpec segment = options.segment();
        if (segment.maximum() != 0 && segment.maximum() < segment.size()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "the maximum of a region is not below its size: %,d bytes for %,d",
                    segment.maximum(),
                    segment.size()));
        }
        if (segment.grows() && segment.maximumSize() > MOST_BYTES) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a region has a maximum of at most %,d bytes, not %,d",
                    MOST_BYTES,
                    segment.maximum()));
        }
        long smallest = smallestSize(pools, segment);
        if (mapped < smallest) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a region%s%s has at least %,d bytes, not %,d",
                    pools.isEmpty() ? "" : " with these pools",
                    segment.grows() ? " that may grow so much" : "",
                    smallest,
                    segment.size()));
        }
    }

    /** The tables grow with the region, so the smallest size is found by trying; those of a growing one are known. */
    private static long smallestSize(List<PoolSpec> pools, SegmentSpec segment) {
        long slabs;
        try {
            slabs = Heap.smallestSlabs(pools);
            if (slabs > RegionMap.MAX_SLABS) {
                throw new ArithmeticException();
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("the pools are larger than any region can be", e);
        }
        if (segment.grows()) {
            return RegionMap.forSize(segment.maximumSize(), pools.size()).slabAt((int) slabs);
        }
        long size = slabs << Geometry.SLAB_SHIFT;
        while (RegionMap.forSize(size, pools.size()).slabAt((int) slabs) > size) {
            size += RegionMap.PAGE;
        }
        return size;
    }

    static void form(Segment segment, RegionOptions options) {
        SharedMemory memory = segment.memory();
        RegionMap map = RegionMap.forSize(segment.maximumSize(), options.pools().size());
        ProcessIdentity self = ProcessIdentity.self();
        RegionHeader.write(
                memory,
                new HeaderSpec(
                        map,
                        options.segment().size(),
                        segment.mappedSize(),
                        segment.kind().code(),
                        options.segment().mode(),
                        options.policy().code(),
                        0,
                        RANDOM.nextLong(),
                        RANDOM.nextLong(),
                        System.currentTimeMillis(),
                        self.pid(),
                        self.uid(),
                        self.startTicks(),
                        self.pidNamespace(),
                        self.bootIdHigh(),
                        self.bootIdLow(),
                        segment.lockFile().inode(),
                        segment.maximumSize()));
        Tags tags = new Tags(memory, map);
        Heap.createPools(memory, map, tags, options.pools());
        options.budgets().forEach((tag, bytes) -> tags.setBudget(tags.idOf(tag), bytes));
    }

    private RegionFormation() {}
}
