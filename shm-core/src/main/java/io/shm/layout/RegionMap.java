package io.shm.layout;

/**
 * Where the parts of a region begin, computed from the counts in its header.
 *
 * <pre>
 * header | participants | process history | roots | types | tags | pools | sites | texts | faults | scopes | slab table | slabs | tail
 * </pre>
 *
 * All offsets are absolute, in bytes. Every part starts at a multiple of 64, the slabs at a multiple of 4096.
 */
public final class RegionMap {
    public static final int PARTICIPANTS = 47;
    public static final int PAGE = 4096;
    /** A handle has 20 bits for the slab. */
    public static final int MAX_SLABS = 1 << 20;

    private static final int MAX_TABLE = 1 << 20;

    private final int historyCount;
    private final int rootCount;
    private final int tagCount;
    private final int poolCount;
    private final int siteCount;
    private final long textBytes;
    private final int faultCount;
    private final int slabLimit;

    private final long historyAt;
    private final long rootsAt;
    private final long typesAt;
    private final long tagsAt;
    private final long poolsAt;
    private final long sitesAt;
    private final long textsAt;
    private final long faultsAt;
    private final long scopesAt;
    private final long slabTableAt;
    private final long slabsAt;

    /** The counts as a header has them; the caller has checked them with {@link #accepts}. */
    public RegionMap(
            int historyCount,
            int rootCount,
            int tagCount,
            int poolCount,
            int siteCount,
            long textBytes,
            int faultCount,
            int slabLimit) {
        this.historyCount = historyCount;
        this.rootCount = rootCount;
        this.tagCount = tagCount;
        this.poolCount = poolCount;
        this.siteCount = siteCount;
        this.textBytes = textBytes;
        this.faultCount = faultCount;
        this.slabLimit = slabLimit;
        historyAt = participantAt(PARTICIPANTS);
        rootsAt = historyAt + (long) historyCount * ProcessLayout.LENGTH;
        typesAt = rootsAt + (long) rootCount * RootLayout.LENGTH;
        tagsAt = typesAt + (long) typeCount() * TypeLayout.LENGTH;
        poolsAt = tagsAt + (long) tagCount * TagLayout.LENGTH;
        sitesAt = poolsAt + (long) poolCount * PoolLayout.LENGTH;
        textsAt = sitesAt + (long) siteCount * SiteLayout.LENGTH;
        faultsAt = textsAt + textBytes;
        scopesAt = faultsAt + (long) faultCount * FaultLayout.LENGTH;
        slabTableAt = scopesAt + (long) scopeCount() * ScopeLayout.LENGTH;
        slabsAt = (slabTableAt + (long) slabLimit * SlabLayout.LENGTH + PAGE - 1) & -PAGE;
    }

    /** Tables in proportion to the region: 4 to 6 % from 2 to 64 MiB, ever less of more, and never so small as to be no use. */
    public static RegionMap forSize(long maximumSize, int poolCount) {
        long mebibytes = Math.max(1, maximumSize >>> 20);
        int scale = (int) Math.min(64, Long.highestOneBit(mebibytes));
        return new RegionMap(
                clamp(32 * scale, 64, 1024),
                clamp(32 * scale, 64, 1024),
                clamp(32 * scale, 64, 1024),
                poolCount,
                clamp(128 * scale, 256, 8192),
                clamp(16384 * scale, 32768, 1 << 20),
                clamp(32 * scale, 64, 1024),
                (int) Math.min(MAX_SLABS, maximumSize >>> Geometry.SLAB_SHIFT));
    }

    /** Whether counts read from a header can be trusted as table sizes. */
    public static boolean accepts(
            int history, int roots, int tags, int pools, int sites, long texts, int faults, int slabs) {
        return within(history, 1, MAX_TABLE)
                && within(roots, 0, MAX_TABLE)
                && within(tags, 1, RecordWords.TAG_LIMIT)
                && within(pools, 0, SlabClass.POOLS_LIMIT)
                && within(sites, 1, MAX_TABLE)
                && Integer.bitCount(sites) == 1
                && Integer.bitCount(tags) == 1
                && texts >= 64
                && texts <= 1L << 30
                && texts % 64 == 0
                && within(faults, 0, MAX_TABLE)
                && within(slabs, 1, MAX_SLABS);
    }

    public static long participantAt(int slot) {
        return HeaderLayout.LENGTH + (long) slot * ParticipantLayout.LENGTH;
    }

    public long processAt(int index) {
        return historyAt + (long) index * ProcessLayout.LENGTH;
    }

    public long rootAt(int index) {
        return rootsAt + (long) index * RootLayout.LENGTH;
    }

    public long typeAt(int type) {
        return typesAt + (long) type * TypeLayout.LENGTH;
    }

    public long tagAt(int tag) {
        return tagsAt + (long) tag * TagLayout.LENGTH;
    }

    public long poolAt(int pool) {
        return poolsAt + (long) pool * PoolLayout.LENGTH;
    }

    public long siteAt(int site) {
        return sitesAt + (long) site * SiteLayout.LENGTH;
    }

    public long textsAt() {
        return textsAt;
    }

    public long faultAt(int index) {
        return faultsAt + (long) index * FaultLayout.LENGTH;
    }

    public long scopeAt(int entry) {
        return scopesAt + (long) entry * ScopeLayout.LENGTH;
    }

    /** Offset of a slab's entry in the slab table. */
    public long slabEntryAt(int slab) {
        return slabTableAt + (long) slab * SlabLayout.LENGTH;
    }

    /** First byte of a slab. */
    public long slabAt(int slab) {
        return slabsAt + ((long) slab << Geometry.SLAB_SHIFT);
    }

    /** The slab that an offset lies in, or -1 before the first; may be beyond the last. */
    public long slabOf(long offset) {
        return offset < slabsAt ? -1 : (offset - slabsAt) >>> Geometry.SLAB_SHIFT;
    }

    public int historyCount() {
        return historyCount;
    }

    public int rootCount() {
        return rootCount;
    }

    /** Entries of the type table: a quarter of the roots, as far as a record can name them; at least one. */
    public int typeCount() {
        return Math.max(2, Math.min(rootCount / 4, RecordWords.TYPE_LIMIT));
    }

    public int tagCount() {
        return tagCount;
    }

    public int poolCount() {
        return poolCount;
    }

    public int siteCount() {
        return siteCount;
    }

    public long textBytes() {
        return textBytes;
    }

    public int faultCount() {
        return faultCount;
    }

    /** Entries of the scope table: as many as the fault log has, as far as a record can name them. */
    public int scopeCount() {
        return Math.min(faultCount, ScopeWord.MAX_ENTRIES);
    }

    public int slabLimit() {
        return slabLimit;
    }

    /** The slab table's bytes, rounding to the first slab included. */
    public long slabTableBytes() {
        return slabsAt - slabTableAt;
    }

    private static int clamp(int value, int least, int most) {
        return Math.max(least, Math.min(most, value));
    }

    private static boolean within(int value, int least, int most) {
        return value >= least && value <= most;
    }
}
