package io.shm.ledger;

import io.shm.error.CorruptRegionException;
import io.shm.error.IncompatibleException;
import io.shm.layout.Geometry;
import io.shm.layout.HeaderLayout;
import io.shm.layout.ParticipantWord;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabLayout;
import io.shm.layout.StateWord;
import io.shm.memory.SharedMemory;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * A region's first page: written once when the region is made, and checked by whoever opens it.
 *
 * <p>A crash while it is written leaves a file that nobody sees, because a region appears only when it is complete.
 */
public final class RegionHeader {
    private static final int EMPTY_SLOT = 1;

    private final SharedMemory memory;
    private final RegionMap map;

    private RegionHeader(SharedMemory memory, RegionMap map) {
        this.memory = memory;
        this.map = map;
    }

    /**
     * Lays out a region in zeroed memory: header, empty participant slots, free slabs. Pools are added by the heap.
     *
     * @return the header, as {@link #check} would give it
     */
    public static RegionHeader write(SharedMemory memory, HeaderSpec spec) {
        RegionMap map = spec.map();
        memory.putLong(HeaderLayout.MAGIC_OFFSET, HeaderLayout.MAGIC);
        memory.putInt(HeaderLayout.FORMAT_OFFSET, HeaderLayout.FORMAT);
        memory.putInt(HeaderLayout.FEATURES_OFFSET, 0);
        memory.putLong(HeaderLayout.REGION_ID_HIGH_OFFSET, spec.idHigh());
        memory.putLong(HeaderLayout.REGION_ID_LOW_OFFSET, spec.idLow());
        memory.putLong(HeaderLayout.REQUESTED_SIZE_OFFSET, spec.requestedSize());
        memory.putLong(HeaderLayout.MAPPED_SIZE_OFFSET, spec.mappedSize());
        memory.putLong(HeaderLayout.MAXIMUM_SIZE_OFFSET, spec.maximumSize());
        memory.putLong(HeaderLayout.CREATED_AT_OFFSET, spec.createdAt());
        memory.putInt(HeaderLayout.CREATOR_PID_OFFSET, spec.pid());
        memory.putInt(HeaderLayout.CREATOR_UID_OFFSET, spec.uid());
        memory.putLong(HeaderLayout.CREATOR_TICKS_OFFSET, spec.startTicks());
        memory.putLong(HeaderLayout.CREATOR_NAMESPACE_OFFSET, spec.pidNamespace());
        memory.putLong(HeaderLayout.BOOT_ID_HIGH_OFFSET, spec.bootHigh());
        memory.putLong(HeaderLayout.BOOT_ID_LOW_OFFSET, spec.bootLow());
        memory.putLong(HeaderLayout.LOCK_INODE_OFFSET, spec.lockInode());
        memory.putInt(HeaderLayout.KIND_OFFSET, spec.kind());
        memory.putInt(HeaderLayout.MODE_OFFSET, spec.mode());
        memory.putInt(HeaderLayout.POLICY_OFFSET, spec.policy());
        memory.putInt(HeaderLayout.OPTIONS_OFFSET, spec.options());
        memory.putInt(HeaderLayout.HISTORY_COUNT_OFFSET, map.historyCount());
        memory.putInt(HeaderLayout.ROOT_COUNT_OFFSET, map.rootCount());
        memory.putInt(HeaderLayout.TAG_COUNT_OFFSET, map.tagCount());
        memory.putInt(HeaderLayout.SITE_COUNT_OFFSET, map.siteCount());
        memory.putInt(HeaderLayout.POOL_COUNT_OFFSET, map.poolCount());
        memory.putInt(HeaderLayout.FAULT_COUNT_OFFSET, map.faultCount());
        memory.putInt(HeaderLayout.SLAB_LIMIT_OFFSET, map.slabLimit());
        memory.putInt(HeaderLayout.PARTICIPANT_COUNT_OFFSET, RegionMap.PARTICIPANTS);
        memory.putLong(HeaderLayout.TEXT_BYTES_OFFSET, map.textBytes());
        memory.putLong(HeaderLayout.SLABS_AT_OFFSET, map.slabAt(0));
        memory.putLong(HeaderLayout.CHECKSUM_OFFSET, checksum(memory));
        // At random, so that a handle of one region hardly ever names a block in another.
        memory.putLong(HeaderLayout.GENERATION_OFFSET, 1 + (spec.idLow() & StateWord.GENERATION_MASK >>> 1));
        memory.putLong(HeaderLayout.NEXT_PROCESS_OFFSET, 1);
        memory.putLong(HeaderLayout.LEVEL_OFFSET, Level.SITES.code());
        long slabs = (spec.mappedSize() - map.slabAt(0)) >>> Geometry.SLAB_SHIFT;
        memory.putLong(HeaderLayout.SLAB_COUNT_OFFSET, Math.min(slabs, map.slabLimit()));
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            memory.putLong(RegionMap.participantAt(slot), ParticipantWord.pack(EMPTY_SLOT, 1));
        }
        // All that there may ever be: whoever makes the region longer has nothing but the count to raise.
        for (int slab = 0; slab < map.slabLimit(); slab++) {
            memory.putLong(map.slabEntryAt(slab) + SlabLayout.WORD_OFFSET, SlabStates.initial());
        }
        return new RegionHeader(memory, map);
    }

    /**
     * Checks that memory begins with the header of a region that this version can use.
     *
     * @param memory at least the first bytes of the region; the rest need not be there
     * @param name of the region, for messages
     * @param length bytes of the file or mapping
     * @throws IncompatibleException if it is no region, of another format, or truncated
     * @throws CorruptRegionException if the header contradicts itself
     */
    public static RegionHeader check(SharedMemory memory, String name, long length) {
        return check(memory, name, length, () -> length);
    }

    /**
     * As {@link #check(SharedMemory, String, long)}, while others may make the region longer.
     *
     * @param lengthNow asked again where the length is too short for what the region has grown to
     */
    public static RegionHeader check(SharedMemory memory, String name, long length, LongSupplier lengthNow) {
        if (length < 8 || memory.getLong(HeaderLayout.MAGIC_OFFSET) != HeaderLayout.MAGIC) {
            throw new IncompatibleException(name + " is not a shm region (" + firstBytes(memory, length) + ")");
        }
        if (length < HeaderLayout.LENGTH) {
            throw new IncompatibleException(
                    name + " is truncated: a header has " + HeaderLayout.LENGTH + " bytes, file has " + length);
        }
        int format = memory.getInt(HeaderLayout.FORMAT_OFFSET);
        if (format != HeaderLayout.FORMAT) {
            throw new IncompatibleException(name + " has format " + format + "; this shm reads " + HeaderLayout.FORMAT);
        }
        long stored = memory.getLong(HeaderLayout.CHECKSUM_OFFSET);
        if (stored != checksum(memory)) {
            throw new CorruptRegionException(String.format(
                    Locale.ROOT,
                    "corrupt region: %s: the header does not match its checksum: offset=%d observed=0x%x expected=0x%x",
                    name,
                    HeaderLayout.CHECKSUM_OFFSET,
                    stored,
                    checksum(memory)));
        }
        long mapped = memory.getLong(HeaderLayout.MAPPED_SIZE_OFFSET);
        if (length < mapped) {
            throw new IncompatibleException(String.format(
                    Locale.ROOT, "%s is truncated: header says %,d bytes, file has %,d", name, mapped, length));
        }
        int history = memory.getInt(HeaderLayout.HISTORY_COUNT_OFFSET);
        int roots = memory.getInt(HeaderLayout.ROOT_COUNT_OFFSET);
        int tags = memory.getInt(HeaderLayout.TAG_COUNT_OFFSET);
        int pools = memory.getInt(HeaderLayout.POOL_COUNT_OFFSET);
        int sites = memory.getInt(HeaderLayout.SITE_COUNT_OFFSET);
        long texts = memory.getLong(HeaderLayout.TEXT_BYTES_OFFSET);
        int faults = memory.getInt(HeaderLayout.FAULT_COUNT_OFFSET);
        int slabs = memory.getInt(HeaderLayout.SLAB_LIMIT_OFFSET);
        if (!RegionMap.accepts(history, roots, tags, pools, sites, texts, faults, slabs)
                || memory.getInt(HeaderLayout.PARTICIPANT_COUNT_OFFSET) != RegionMap.PARTICIPANTS) {
            throw new CorruptRegionException("corrupt region: " + name + ": impossible table sizes in the header");
        }
        RegionMap map = new RegionMap(history, roots, tags, pools, sites, texts, faults, slabs);
        if (map.slabAt(0) != memory.getLong(HeaderLayout.SLABS_AT_OFFSET) || map.slabAt(1) > mapped) {
            throw new CorruptRegionException("corrupt region: " + name + ": tables of " + map.slabAt(0)
                    + " bytes do not fit the mapped size of " + mapped);
        }
        checkExtent(memory, map, name, lengthNow, mapped);
        return new RegionHeader(memory, map);
    }

    /** Of a region that has grown the slab count tells how long it is; a count that cannot be is for the scan to bound. */
    private static void checkExtent(
            SharedMemory memory, RegionMap map, String name, LongSupplier lengthNow, long mapped) {
        long maximum = memory.getLong(HeaderLayout.MAXIMUM_SIZE_OFFSET);
        if (maximum < mapped || ((maximum - 1) >> Geometry.SLAB_SHIFT) >= RegionMap.MAX_SLABS) {
            throw new CorruptRegionException(String.format(
                    Locale.ROOT,
                    "corrupt region: %s: a maximum of %,d bytes for a size of %,d: offset=%d",
                    name,
                    maximum,
                    mapped,
                    HeaderLayout.MAXIMUM_SIZE_OFFSET));
        }
        long slabs = memory.getLong(HeaderLayout.SLAB_COUNT_OFFSET);
        if (slabs < 0 || slabs > map.slabLimit()) {
            return;
        }
        long needed = map.slabAt((int) slabs);
        // After the count was read: whoever raised it had made the file so long before.
        long length = needed <= maximum ? lengthNow.getAsLong() : needed;
        if (needed > length) {
            throw new IncompatibleException(String.format(
                    Locale.ROOT, "%s is truncated: it has grown to %,d bytes, file has %,d", name, needed, length));
        }
    }

    public RegionMap map() {
        return map;
    }

    public int format() {
        return memory.getInt(HeaderLayout.FORMAT_OFFSET);
    }

    /** 32 hexadecimal digits. */
    public String regionId() {
        return String.format(
                Locale.ROOT,
                "%016x%016x",
                memory.getLong(HeaderLayout.REGION_ID_HIGH_OFFSET),
                memory.getLong(HeaderLayout.REGION_ID_LOW_OFFSET));
    }

    public long requestedSize() {
        return memory.getLong(HeaderLayout.REQUESTED_SIZE_OFFSET);
    }

    /** Bytes that it was made with; of one that grows there may be more by now. */
    public long mappedSize() {
        return memory.getLong(HeaderLayout.MAPPED_SIZE_OFFSET);
    }

    /** Bytes that it may have; those that it was made with, if it does not grow. */
    public long maximumSize() {
        return memory.getLong(HeaderLayout.MAXIMUM_SIZE_OFFSET);
    }

    /** Milliseconds of the epoch. */
    public long createdAt() {
        return memory.getLong(HeaderLayout.CREATED_AT_OFFSET);
    }

    public int kind() {
        return memory.getInt(HeaderLayout.KIND_OFFSET);
    }

    public int mode() {
        return memory.getInt(HeaderLayout.MODE_OFFSET);
    }

    public int policy() {
        return memory.getInt(HeaderLayout.POLICY_OFFSET);
    }

    public int options() {
        return memory.getInt(HeaderLayout.OPTIONS_OFFSET);
    }

    /** What is kept now; any process may change it at any moment. */
    public static Level level(SharedMemory memory) {
        return Level.ofCode(memory.getLongAcquire(HeaderLayout.LEVEL_OFFSET));
    }

    /** By anyone, at any time. A crash leaves the old level or the new one. */
    public static void setLevel(SharedMemory memory, Level level) {
        memory.putLongRelease(HeaderLayout.LEVEL_OFFSET, level.code());
    }

    public int creatorPid() {
        return memory.getInt(HeaderLayout.CREATOR_PID_OFFSET);
    }

    public int creatorUid() {
        return memory.getInt(HeaderLayout.CREATOR_UID_OFFSET);
    }

    public long creatorTicks() {
        return memory.getLong(HeaderLayout.CREATOR_TICKS_OFFSET);
    }

    public long creatorNamespace() {
        return memory.getLong(HeaderLayout.CREATOR_NAMESPACE_OFFSET);
    }

    public long bootIdHigh() {
        return memory.getLong(HeaderLayout.BOOT_ID_HIGH_OFFSET);
    }

    public long bootIdLow() {
        return memory.getLong(HeaderLayout.BOOT_ID_LOW_OFFSET);
    }

    public long lockInode() {
        return memory.getLong(HeaderLayout.LOCK_INODE_OFFSET);
    }

    private static long checksum(SharedMemory memory) {
        long sum = HeaderLayout.MAGIC;
        for (int at = 0; at < HeaderLayout.CHECKED_LENGTH; at += 8) {
            sum = (Long.rotateLeft(sum, 23) ^ memory.getLong(at)) * 0x9E3779B97F4A7C15L;
        }
        return sum;
    }

    private static String firstBytes(SharedMemory memory, long length) {
        if (length == 0) {
            return "it is empty";
        }
        StringBuilder text = new StringBuilder("starts");
        for (int i = 0; i < Math.min(4, length); i++) {
            text.append(String.format(Locale.ROOT, " %02x", memory.getByte(i)));
        }
        return text.toString();
    }
}
