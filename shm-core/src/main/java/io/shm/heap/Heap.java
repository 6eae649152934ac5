package io.shm.heap;

import io.shm.error.CorruptRegionException;
import io.shm.error.UnavailableException;
import io.shm.layout.Geometry;
import io.shm.layout.Handle;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.SizeClasses;
import io.shm.layout.SlabClass;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.layout.StateWord;
import io.shm.ledger.Author;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.BlockType;
import io.shm.ledger.EventKind;
import io.shm.ledger.EventLog;
import io.shm.ledger.Fault;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.Level;
import io.shm.ledger.RecordView;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.SiteCapture;
import io.shm.ledger.Sites;
import io.shm.ledger.SlabState;
import io.shm.ledger.Stacks;
import io.shm.ledger.Tags;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The allocator of one participant: allocates and frees blocks of a region.
 *
 * <p>A small block comes from a slab that this thread has to itself, so the shared memory sees one CAS for each
 * allocation and one for each free. Blocks above the largest size class are runs of slabs of their own; blocks of pools
 * come from the pool's slabs, which belong to nobody.
 *
 * <p>Threads: all methods may be called by any thread. Processes: any number, each with a heap of its own on the region.
 * A crash leaves live blocks and owned slabs of the dead participant, each with its name on it: see {@link Reclaim}.
 */
public final class Heap implements Author {
    /** What is said once the memory behind the mapping is gone. */
    public static final String LOST = "the memory behind the region is gone: somebody has truncated its file, or the"
            + " system could not give it a page; this process has left the region";

    /** Where a block's type, and its scope, begin in the flags of a request. */
    static final int TYPE_SHIFT = 16;

    public static final int SCOPE_SHIFT = 32;

    static final int FLAGS_MASK = (1 << TYPE_SHIFT) - 1;
    private static final int GENERATION_BATCH = 4096;
    /** The owner number of one that only reads. */
    private static final int NOBODY = 0;

    // Numbers, so that the compiler sees constants.
    private static final int OFF = Level.OFF.code();
    private static final int SITES = Level.SITES.code();
    private static final int FULL = Level.FULL.code();
    private static final int PARANOID = Level.PARANOID.code();
    private final SharedMemory memory;
    private final RegionMap map;
    private final int owner;
    private final int process;
    private final Sites sites;
    /** What {@link StateWord#isHeldBy} compares with. */
    private final long liveHere;

    private final Stacks stacks;
    private final Tags tags;
    private final Types types;
    private final Contents contents;
    private final LeftBehind leftBehind;
    private final Pools pools;
    private final Views views;
    private final SlabSource source;
    private final boolean poolsExist;
    private final LedgerScan scan;
    private final BlockPlaces places;

    private final ThreadCaches caches;
    private final LostBlocks lostBlocks;
    /** By their ids, for blocks that have to move. */
    private final Map<Integer, ScopedBlocks> openScopes = new ConcurrentHashMap<>();

    private final FreeLists lists;
    private final Growth growth;
    private final Housekeeping housekeeping;
    private final Charges charges;
    private final Faults faults;
    private final GuardCheck guards;
    private final BesideBlocks beside;
    private final RefusedRequests refused;
    private final Resizing resizing;
    private final OverwrittenReferences references;
    private final GuardWalk walk;
    private final FreedBlocks freedBlocks;
    private volatile long nowMs;
    /** A code of {@link Level}, as of the last tick. Plain: a benign race, as whoever reads it may have read it earlier. */
    private int level = SITES;
    /** How the line of a free is found at level full. */
    private SiteCapture capture = SiteCapture.off();

    private volatile boolean closed;
    private final Watchers watchers;
    /** Open, at level sites or below, unwatched: what mostly holds, in one word. Written after what it is made of. */
    private volatile boolean plain = true;
    /** Why it is closed, where nobody has closed it; written before {@link #closed}. */
    private String forsakenBecause;

    private volatile LastResort lastResort = () -> false;
    private volatile Consumer<String> lossListener = why -> {};

    /** What an allocation tries before it is refused: to get back what the dead hold. */
    @FunctionalInterface
    public interface LastResort {
        /** Called without a lock of the heap. Whether there may be more room now, so that one more try makes sense. */
        boolean makesRoom();
    }

    /**
     * A heap on a laid-out region.
     *
     * @param owner the participant's slot + 1; process, its id in the process history
     */
    public Heap(SharedMemory memory, RegionMap map, int owner, int process, Sites sites, Tags tags, Views views) {
        this(memory, map, owner, process, sites, tags, views, MoreSpace.NONE);
    }

    /** As above, of a region that may grow. */
    public Heap(
            SharedMemory memory,
            RegionMap map,
            int owner,
            int process,
            Sites sites,
            Tags tags,
            Views views,
            MoreSpace space) {
        this.memory = memory;
        this.map = map;
        this.owner = owner;
        this.process = process;
        this.sites = sites;
        this.liveHere = BlockStates.live(owner, 0);
        this.stacks = new Stacks(sites);
        this.tags = tags;
        this.views = views;
        this.types = new Types(memory, map);
        this.contents = new Contents(memory, map, types);
        this.pools = new Pools(memory, map);
        this.poolsExist = !pools.isEmpty();
        this.source = new SlabSource(memory, map, owner);
        this.scan = new LedgerScan(memory, map);
        this.places = new BlockPlaces(memory, map, source, pools, scan);
        this.leftBehind = new LeftBehind(memory, map, scan, types, contents.handover(), this);
        this.housekeeping = new Housekeeping(memory, map, owner);
        this.lostBlocks = new LostBlocks(memory, owner, process);
        this.charges = new Charges(memory, owner);
        this.faults = new Faults(memory, map, process, sites, scan, () -> nowMs);
        this.guards = new GuardCheck(memory, faults, scan);
        this.beside = new BesideBlocks(memory, map, places, scan, guards, faults, this::checkOpen);
        this.refused = new RefusedRequests(memory, map, tags, pools, faults);
        this.references = new OverwrittenReferences(memory, map, scan, types, faults);
        this.walk = new GuardWalk(memory, map, scan.another(), guards, references, faults);
        this.freedBlocks = new FreedBlocks(memory, faults, scan);
        this.watchers = new Watchers(this, sites, tags);
        this.faults.tell(this::tellOfFault);
        this.caches = new ThreadCaches(map, this::untilUnfrozen);
        this.resizing = new Resizing(this, map, places, beside, caches, charges, tags);
        this.growth = new Growth(memory, map, space);
        this.lists = new FreeLists(
                memory,
                map,
                owner,
                source,
                caches,
                this::checkOpen,
                ended -> housekeeping.flush(ended, nowMs),
                (slabs, searched) -> growth.grow(slabs, searched, nowMs));
    }

    /** With a way to find the lines of frees, from level full on; to be called before the first free. */
    public Heap findingFreesBy(SiteCapture wayToFindSites) {
        this.capture = wayToFindSites;
        return this;
    }

    /** Lays out a new region's pools; see {@link #smallestSlabs}. */
    public static void createPools(SharedMemory memory, RegionMap map, Tags tags, List<PoolSpec> specs) {
        Pools.create(memory, map, tags, specs);
    }

    /** How many slabs a region with these pools has at least: the pools', and one. */
    public static long smallestSlabs(List<PoolSpec> specs) {
        long slabs = 1;
        for (PoolSpec spec : specs) {
            slabs = Math.addExact(slabs, Pools.slabsOf(spec));
        }
        return slabs;
    }

    /** The flags of a request for a block of a type. */
    public static int request(int flags, int type) {
        return flags | (type << TYPE_SHIFT);
    }

    // ---------------------------------------------------------------- allocate

    /**
     * Allocates a block, or says why not.
     *
     * @param size requested bytes, at least 1
     * @param flags of {@link RecordWords}, alignment included, in the low 16 bits; from bit 16 on the type, from bit 32 on the
     *     scope, 0 for none
     * @return null where there is no room; {@link #refusal} then has the reason
     */
    public Block tryAllocate(long size, int tag, int site, long flags) {
        // What most calls need is in this one method, apart from what is small: of several large ones the compiler
        // leaves out those that it has compiled on their own before, and the calls between them cost more than guards.
        BlockSpec.checkSize(size);
        try {
            long needed = size + Math.max(0, alignment(flags) - 16);
            if (plain && !isPooled(tag) && needed <= SizeClasses.LARGEST && needed >= size && !isBudgeted(tag)) {
                int sizeClass = SizeClasses.classOf(needed);
                int level = this.level;
                int line = level < SITES ? 0 : site;
                long noted = level == OFF ? flags | RecordWords.UNCOUNTED : flags;
                ThreadCache cache = caches.enter();
                try {
                    long recordAt = cache.popRecent(sizeClass);
                    long free = recordAt == 0 ? 0 : memory.getLongAcquire(recordAt);
                    if (BlockStates.is(free, BlockState.FREE)) {
                        long live = BlockStates.live(owner, nextGeneration(cache));
                        long blockAt = blockAt(sizeClass, recordAt);
                        writeBody(cache, recordAt, size, tag, line, noted, 0, blockAt);
                        if (BlockStates.allocate(memory, recordAt, free, live)) {
                            count(cache, size, tag, line, noted);
                            return new Block(this, recordAt, live, BlockPlaces.payloadAt(blockAt, flags), size);
                        }
                    } else if (recordAt != 0) {
                        reportNotFree(recordAt);
                    }
                } finally {
                    cache.exit();
                }
            }
            return allocateSlowly(size, tag, site, flags);
        } catch (InternalError e) {
            throw lost(e);
        }
    }

    private Block allocateSlowly(long size, int tag, int site, long flags) {
        Block block = allocateAtLevel(size, tag, site, flags);
        return block != null ? block : tryHarder(size, tag, site, flags);
    }

    private Block tryHarder(long size, int tag, int site, long flags) {
        try {
            Block block = null;
            if (releaseFreedBlocks()) {
                block = allocateAgain(size, tag, site, flags);
            }
            if (block == null && lastResort.makesRoom()) {
                block = allocateAgain(size, tag, site, flags);
            }
            if (block == null) {
                refused.count(tag);
                if (tag != Tags.GENERAL) {
                    refused.report(size, tag, site);
                }
            }
            return block;
        } finally {
            refused.forget();
        }
    }

    private Block allocateAgain(long size, int tag, int site, long flags) {
        refused.forget();
        return allocateAtLevel(size, tag, site, flags);
    }

    private Block allocateAtLevel(long size, int tag, int site, long flags) {
        checkOpen();
        int level = this.level;
        if (level < SITES) {
            site = 0;
            flags |= level == OFF ? RecordWords.UNCOUNTED : 0;
        }
        // Before a cache is entered: the walk may run code of class loaders, and that may allocate.
        int stack = level >= FULL ? stacks.sample(size) : 0;
        Block block = isBudgeted(tag)
                ? allocateWithinBudget(size, tag, site, flags, stack)
                : allocateUncharged(size, tag, site, flags, stack);
        if (block != null) {
            if (level >= FULL) {
                lostBlocks.watch(block);
            }
            if (watchers.any()) {
                tell(EventKind.ALLOCATED, block.recordAt(), block.word(), block.offset(), size, tag, site, 0);
            }
        }
        return block;
    }

    private Block allocateUncharged(long size, int tag, int site, long flags, int stack) {
        ThreadCache cache = caches.enter();
        try {
            long needed = size + Math.max(0, alignment(flags) - 16);
            if (poolsExist || needed > SizeClasses.LARGEST || needed < size) {
                return allocateSpecial(cache, size, tag, site, flags, stack);
            }
            return allocateFromLists(cache, SizeClasses.classOf(needed), size, tag, site, flags, stack);
        } finally {
            cache.exit();
        }
    }

    private Block allocateFromLists(
            ThreadCache cache, int sizeClass, long size, int tag, int site, long flags, int stack) {
        while (true) {
            checkOpen();
            long recordAt = cache.popRecent(sizeClass);
            if (recordAt == 0) {
                recordAt = lists.pop(cache, sizeClass);
                if (recordAt == 0) {
                    checkOpen();
                    return null;
                }
            }
            Block block = commit(cache, sizeClass, recordAt, size, tag, site, flags, stack);
            if (block != null) {
                return block;
            }
        }
    }

    /** From a pool, or a run of its own. */
    private Block allocateSpecial(ThreadCache cache, long size, int tag, int site, long flags, int stack) {
        if (poolsExist) {
            Block block = allocateFromPool(cache, size, tag, site, flags, stack);
            if (block != null || refused.refusesBeyondPool(size, tag)) {
                return block;
            }
        }
        long needed = size + Math.max(0, alignment(flags) - 16);
        return needed > SizeClasses.LARGEST || needed < size
                ? allocateLarge(cache, size, tag, site, flags, stack)
                : allocateFromLists(cache, SizeClasses.classOf(needed), size, tag, site, flags, stack);
    }

    /**
     * Null where the record is not free although our list said so: damaged, or taken out of use. It is left alone, and
     * never put on a list again.
     */
    private Block commit(
            ThreadCache cache, int sizeClass, long recordAt, long size, int tag, int site, long flags, int stack) {
        long free = memory.getLongAcquire(recordAt);
        if (!BlockStates.is(free, BlockState.FREE)) {
            reportNotFree(recordAt);
            return null;
        }
        long live = BlockStates.live(owner, nextGeneration(cache));
        long blockAt = blockAt(sizeClass, recordAt);
        writeBody(cache, recordAt, size, tag, site, flags, stack, blockAt);
        if (!BlockStates.allocate(memory, recordAt, free, live)) {
            return null;
        }
        count(cache, size, tag, site, flags);
        return new Block(this, recordAt, live, BlockPlaces.payloadAt(blockAt, flags), size);
    }

    /** Whether a pool, of the tag or of any, is asked first. */
    private boolean isPooled(int tag) {
        return poolsExist && pools.serving(tag).length > 0;
    }

    private void reportNotFree(long recordAt) {
        checkOpen();
        faults.damagedRecord(recordAt);
    }

    private long blockAt(int sizeClass, long recordAt) {
        long slabAt = map.slabAt(slabOf(recordAt));
        return slabAt + Geometry.ofClass(sizeClass).blockAt(RecordLayout.indexOf(slabAt, recordAt));
    }

    private void writeBody(
            ThreadCache cache, long recordAt, long size, int tag, int site, long flags, int stack, long blockAt) {
        boolean counted = isCounted(flags);
        int type = (int) flags >>> TYPE_SHIFT;
        if (type != 0) {
            // Before the commit: whoever looks for what a block's cells hold believes them.
            types.clearCells(type, BlockPlaces.payloadAt(blockAt, flags), size);
        }
        GuardCheck.mark(memory, blockAt, BlockPlaces.payloadAt(blockAt, flags) + size);
        BlockStates.write(
                memory,
                recordAt,
                RecordWords.size(size, tag, type),
                RecordWords.origin(site, stack, (int) flags & FLAGS_MASK),
                RecordWords.born(counted ? nowMs : 0, (int) (flags >>> SCOPE_SHIFT)),
                RecordWords.by(process, counted ? cache.threadId() : 0));
    }

    private void count(ThreadCache cache, long size, int tag, int site, long flags) {
        if (isCounted(flags)) {
            cache.sites.of(site).allocated(size);
            if (tag != Tags.GENERAL) {
                cache.tags.of(tag).allocated(size);
            }
        }
    }

    private static boolean isSecret(int flags) {
        return (flags & RecordWords.SECRET) != 0;
    }

    /**
     * Whether a block is in the totals: decided when it is allocated, and noted in its flags, so that what is counted in is
     * counted out whatever the level is by then.
     */
    static boolean isCounted(long flags) {
        return (flags & RecordWords.UNCOUNTED) == 0;
    }

    private Block allocateWithinBudget(long size, int tag, int site, long flags, int stack) {
        charges.begin();
        try {
            if (tags.charge(tag, size)) {
                return allocateCharged(size, tag, site, flags, stack);
            }
            refused.byBudget();
            return null;
        } finally {
            charges.end();
        }
    }

    private Block allocateCharged(long size, int tag, int site, long flags, int stack) {
        Block block = null;
        try {
            block = allocateUncharged(size, tag, site, flags, stack);
        } finally {
            if (block == null) {
                tags.refund(tag, size);
            }
        }
        return block;
    }

    private Block allocateFromPool(ThreadCache cache, long size, int tag, int site, long flags, int stack) {
        long needed = size + Math.max(0, alignment(flags) - 16);
        if (needed < size) {
            return null;
        }
        for (Pool pool : pools.serving(tag)) {
            if (pool.blockBytes() < needed) {
                continue;
            }
            long generation = nextGeneration(cache);
            int at = pool.index();
            long recordAt = pools.reserve(pool, owner, generation, cache.lastOfPool[at], nowMs);
            if (recordAt >= 0) {
                cache.lastOfPool[at] = 0;
                return commitReserved(cache, pool, recordAt, generation, size, tag, site, flags, stack);
            }
            checkOpen();
            if (pool.refuses()) {
                refused.byPool(at);
                return null;
            }
        }
        return null;
    }

    private Block commitReserved(
            ThreadCache cache,
            Pool pool,
            long recordAt,
            long generation,
            long size,
            int tag,
            int site,
            long flags,
            int stack) {
        int slab = slabOf(recordAt);
        long blockAt = map.slabAt(slab) + pool.geometry().blockAt(indexOf(recordAt));
        writeBody(cache, recordAt, size, tag, site, flags, stack, blockAt);
        if (!BlockStates.commit(memory, recordAt, owner, generation)) {
            checkOpen();
            throw new CorruptRegionException(String.format(
                    Locale.ROOT,
                    "corrupt region: a reserved record was changed by another: offset=%d observed=0x%x",
                    recordAt,
                    memory.getLong(recordAt)));
        }
        count(cache, size, tag, site, flags);
        if (isCounted(flags)) {
            cache.pools.of(pool.index()).allocated(0);
        }
        return new Block(
                this, recordAt, BlockStates.live(owner, generation), BlockPlaces.payloadAt(blockAt, flags), size);
    }

    private Block allocateLarge(ThreadCache cache, long size, int tag, int site, long flags, int stack) {
        int slabs = Geometry.slabsForLarge(size, alignment(flags));
        if (size >= RecordWords.SIZE_LIMIT || slabs > growth.maximumSlabs()) {
            return null;
        }
        int head = lists.claimLarge(cache, slabs);
        if (head < 0) {
            return null;
        }
        Geometry geometry = Geometry.ofLarge(slabs);
        SlabSource.format(memory, map.slabAt(head), head, SlabClass.LARGE, geometry);
        long recordAt = RecordLayout.recordAt(map.slabAt(head), 0);
        long live = BlockStates.live(owner, nextGeneration(cache));
        long blockAt = map.slabAt(head) + geometry.blockAt(0);
        writeBody(cache, recordAt, size, tag, site, flags, stack, blockAt);
        if (!BlockStates.allocate(memory, recordAt, memory.getLong(recordAt), live) || !source.commitLarge(head)) {
            checkOpen();
            throw new CorruptRegionException(
                    "corrupt region: slab " + head + " was changed by another while it was being formed");
        }
        count(cache, size, tag, site, flags);
        return new Block(this, recordAt, live, BlockPlaces.payloadAt(blockAt, flags), size);
    }

    // ---------------------------------------------------------------- free

    /** As the other, of a block of which only that is known. */
    FreeResult free(long recordAt, long word, int site) {
        return free(recordAt, word, 0, -1, site);
    }

    /**
     * Frees a block by its record and the word that its holder knows.
     *
     * @param payloadAt where its holder knows its payload, and {@code knownSize} its requested bytes; -1 if he does not
     * @return what came of it; nothing has changed unless it is FREED
     */
    FreeResult free(long recordAt, long word, long payloadAt, long knownSize, int site) {
        // One method, as the common allocation is. Mostly a block lies where its payload does, and is as long as its
        // object says: then nothing need be looked up.
        try {
            if (plain) {
                long seen = memory.getLongAcquire(recordAt);
                long size = memory.getLong(recordAt + RecordLayout.SIZE_OFFSET);
                long origin = memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET);
                SlabCache slab = lists.of(slabOf(recordAt));
                if (seen == word
                        && StateWord.isHeldBy(word, liveHere)
                        && slab != null
                        && recordAt < slab.recordsEnd
                        && RecordWords.sizeOf(size) == knownSize
                        && GuardCheck.isWhole(memory, payloadAt, payloadAt + knownSize)
                        && ((RecordWords.flagsOf(origin) & RecordWords.SECRET) | RecordWords.typeOf(size)) == 0
                        && !isBudgeted(RecordWords.tagOf(size))) {
                    ThreadCache cache = caches.enter();
                    try {
                        if (slab.holder == cache
                                && !lists.isPressed(cache)
                                && freeAtOnce(slab, recordAt, word, level >= SITES ? site : 0, true)) {
                            keep(cache, slab, recordAt);
                            countFreed(cache, size, origin);
                            return FreeResult.FREED;
                        }
                    } finally {
                        cache.exit();
                    }
                }
            }
            return freeSlowly(recordAt, word, payloadAt, knownSize, site);
        } catch (InternalError e) {
            throw lost(e);
        }
    }

    private FreeResult freeSlowly(long recordAt, long word, long payloadAt, long knownSize, int site) {
        checkOpen();
        long seen = memory.getLongAcquire(recordAt);
        if (seen != word || !StateWord.isHeldBy(word, liveHere)) {
            return refused(recordAt, seen, word, payloadAt, site);
        }
        long size = memory.getLong(recordAt + RecordLayout.SIZE_OFFSET);
        boolean isWhole =
                RecordWords.sizeOf(size) == knownSize && GuardCheck.isWhole(memory, payloadAt, payloadAt + knownSize);
        int noted = level >= SITES ? site : 0;
        if (watchers.any()) {
            return freeWatched(recordAt, word, payloadAt, size, isWhole, noted);
        }
        boolean freed = isBudgeted(RecordWords.tagOf(size))
                ? freeCharged(recordAt, word, size, isWhole, noted)
                : freeUncharged(recordAt, word, size, isWhole, noted);
        return freed ? FreeResult.FREED : refused(recordAt, memory.getLongAcquire(recordAt), word, payloadAt, site);
    }

    /** Where the payload lies is looked up before: afterwards the record may be of another life. */
    private FreeResult freeWatched(long recordAt, long word, long payloadAt, long size, boolean isWhole, int site) {
        long offset = payloadAt != 0 ? payloadAt : places.payloadOf(recordAt);
        boolean freed = isBudgeted(RecordWords.tagOf(size))
                ? freeCharged(recordAt, word, size, isWhole, site)
                : freeUncharged(recordAt, word, size, isWhole, site);
        if (!freed) {
            return refused(recordAt, memory.getLongAcquire(recordAt), word, payloadAt, site);
        }
        tell(
                EventKind.FREED,
                recordAt,
                word,
                offset,
                RecordWords.sizeOf(size),
                known(RecordWords.tagOf(size)),
                site,
                0);
        return FreeResult.FREED;
    }

    private FreeResult refused(long recordAt, long seen, long word, long payloadAt, int site) {
        checkOpen();
        FreeResult result = FreeResult.of(seen, word, owner);
        if (result == FreeResult.DAMAGED && wasFreedIntoQuarantine(recordAt, seen, word)) {
            result = FreeResult.DOUBLE_FREE;
        }
        faults.refusedFree(recordAt, word, payloadAt, site, result);
        return result;
    }

    /** Whether it was its owner who took it out of use, by freeing it. */
    private boolean wasFreedIntoQuarantine(long recordAt, long seen, long word) {
        return BlockStates.is(seen, BlockState.QUARANTINE)
                && StateWord.generation(seen) == StateWord.generation(word)
                && RecordWords.actionOf(memory.getLong(recordAt + RecordLayout.CHANGED_OFFSET)) == BlockStates.FREED;
    }

    private boolean freeCharged(long recordAt, long word, long size, boolean isWhole, int site) {
        charges.begin();
        try {
            return freeUncharged(recordAt, word, size, isWhole, site);
        } finally {
            charges.end();
        }
    }

    private boolean freeUncharged(long recordAt, long word, long size, boolean isWhole, int site) {
        long origin = memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET);
        if (RecordWords.typeOf(size) != Types.NONE) {
            return freeWithCells(recordAt, word, size, origin, isWhole, site);
        }
        ThreadCache cache = caches.enter();
        try {
            boolean freed = (isOwn(cache, recordAt) && level < PARANOID)
                    ? freeOwn(cache, lists.of(slabOf(recordAt)), recordAt, word, size, origin, isWhole, site)
                    : freeOthers(cache, recordAt, word, size, origin, isWhole, site);
            if (lists.isPressed(cache)) {
                lists.answerPressure(cache);
            }
            return freed;
        } finally {
            cache.exit();
        }
    }

    /** Whether a record is of a slab that the cache has. */
    private boolean isOwn(ThreadCache cache, long recordAt) {
        SlabCache list = lists.of(slabOf(recordAt));
        return list != null && list.holder == cache && recordAt < list.recordsEnd;
    }

    /**
     * A block of a slab of this thread: nobody else can use the record before it is pushed, so the note comes last. A
     * secret is withheld, as another thread may try to free it while it is wiped.
     */
    private boolean freeOwn(
            ThreadCache cache,
            SlabCache slab,
            long recordAt,
            long word,
            long size,
            long origin,
            boolean seenWhole,
            int site) {
        int flags = RecordWords.flagsOf(origin);
        boolean isWhole = seenWhole
                || beside.isWhole(slab.geometry, slab.slabAt, recordAt, RecordWords.sizeOf(size), flags)
                || beside.look(slab.geometry, slab.slabAt, recordAt, word) == BesideBlocks.Beside.WHOLE;
        boolean freed = isSecret(flags)
                ? BlockStates.withhold(memory, recordAt, word)
                        && releaseWithheld(recordAt, word, site, slab.geometry, isWhole)
                : freeAtOnce(slab, recordAt, word, site, isWhole);
        if (freed) {
            keep(cache, slab, recordAt);
            countFreed(cache, size, origin);
        }
        return freed;
    }

    /** A free record of a slab of this thread: the next to be used. */
    private void keep(ThreadCache cache, SlabCache slab, long recordAt) {
        if (!cache.pushRecent(slab.sizeClass, recordAt)) {
            lists.push(cache, slab, recordAt);
        }
    }

    private boolean freeAtOnce(SlabCache slab, long recordAt, long word, int site, boolean isWhole) {
        if (!BlockStates.free(memory, recordAt, word)) {
            return false;
        }
        BlockStates.note(memory, recordAt, process, site, BlockStates.FREED, nowMs);
        if (!isWhole) {
            guards.repair(slab.slabAt, slab.geometry, RecordLayout.indexOf(slab.slabAt, recordAt));
        }
        return true;
    }

    /** The second half of a free, of a record that is RESERVED for us. */
    private boolean releaseWithheld(long recordAt, long word, int site, Geometry geometry, boolean isWhole) {
        long slabAt = map.slabAt(slabOf(recordAt));
        if (geometry != null && isSecret(RecordWords.flagsOf(memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET)))) {
            memory.fill(slabAt + geometry.blockAt(indexOf(recordAt)), geometry.blockBytes(), (byte) 0);
        }
        if (!isWhole) {
            guards.repair(slabAt, geometry, indexOf(recordAt));
        }
        BlockStates.note(memory, recordAt, process, site, BlockStates.FREED, nowMs);
        return BlockStates.release(memory, recordAt, word);
    }

    /**
     * A block with cells: withheld, and what it leaves behind noted, before its place can be used again. All that before a
     * cache is entered: who notes may have to finish another's replacement, and free what was displaced, which enters one;
     * and the cells may be many.
     */
    private boolean freeWithCells(long recordAt, long word, long size, long origin, boolean seenWhole, int site) {
        int flags = RecordWords.flagsOf(origin);
        long slabWord = source.wordOf(slabOf(recordAt));
        Geometry geometry = places.geometryOfLive(recordAt, slabWord);
        if (geometry == null && isSecret(flags)) {
            refuseToWipe(recordAt, word, slabWord);
            return false;
        }
        BesideBlocks.Beside found = lookBeside(geometry, recordAt, word, size, flags, seenWhole);
        if (!BlockStates.withhold(memory, recordAt, word)) {
            return false;
        }
        leftBehind.note(recordAt, size, geometry, site);
        ThreadCache cache = caches.enter();
        try {
            boolean freed = freeWithheld(cache, recordAt, word, size, origin, slabWord, geometry, found, site);
            if (lists.isPressed(cache)) {
                lists.answerPressure(cache);
            }
            return freed;
        } finally {
            cache.exit();
        }
    }

    /** A block of another thread's slab, a pool or a large run: frees it, and says so to whoever can use it. */
    private boolean freeOthers(
            ThreadCache cache, long recordAt, long word, long size, long origin, boolean seenWhole, int site) {
        int flags = RecordWords.flagsOf(origin);
        // Read while the block is live: after its free the slab may be given back and be part of something new.
        long slabWord = source.wordOf(slabOf(recordAt));
        Geometry geometry = places.geometryOfLive(recordAt, slabWord);
        if (geometry == null && isSecret(flags)) {
            refuseToWipe(recordAt, word, slabWord);
            return false;
        }
        BesideBlocks.Beside found = lookBeside(geometry, recordAt, word, size, flags, seenWhole);
        return BlockStates.withhold(memory, recordAt, word)
                && freeWithheld(cache, recordAt, word, size, origin, slabWord, geometry, found, site);
    }

    /** What was written beside a block that is held with this word. */
    private BesideBlocks.Beside lookBeside(
            Geometry geometry, long recordAt, long word, long size, int flags, boolean seenWhole) {
        long slabAt = map.slabAt(slabOf(recordAt));
        return seenWhole
                        || geometry == null
                        || beside.isWhole(geometry, slabAt, recordAt, RecordWords.sizeOf(size), flags)
                ? BesideBlocks.Beside.WHOLE
                : beside.look(geometry, slabAt, recordAt, word);
    }

    /**
     * Frees in a second step what is withheld. Once the record is free it may be used again at any moment, before it was
     * withheld another thread might have freed it as well: so the block and the record are written to only in between.
     *
     * @param geometry how the blocks of its slab lie; null if that is not known, and it is no secret
     * @param found what is beside it
     */
    private boolean freeWithheld(
            ThreadCache cache,
            long recordAt,
            long word,
            long size,
            long origin,
            long slabWord,
            Geometry geometry,
            BesideBlocks.Beside found,
            int site) {
        int flags = RecordWords.flagsOf(origin);
        boolean isWhole = found == BesideBlocks.Beside.WHOLE;
        if (found == BesideBlocks.Beside.WRITTEN && level >= PARANOID) {
            freeIntoQuarantine(cache, geometry, recordAt, slabWord, site, flags);
        } else if (isWhole && level >= PARANOID && geometry != null && geometry.blockBytes() <= FreedBlocks.LARGEST) {
            freeLater(cache, geometry, recordAt, word, slabWord, site, flags);
        } else if (!releaseWithheld(recordAt, word, site, geometry, isWhole)) {
            return false;
        } else if (isOwn(cache, recordAt) && level < PARANOID) {
            keep(cache, lists.of(slabOf(recordAt)), recordAt);
        } else {
            tellOfFree(cache, lists.of(slabOf(recordAt)), slabOf(recordAt), recordAt, slabWord, flags);
        }
        countFreed(cache, size, origin);
        return true;
    }

    /**
     * The second half of a free at level paranoid of a block beside which somebody has written: its place is not used again
     * until an operator decides, for whoever wrote there may do so again. Dies before the last step: withheld, and used again
     * as any.
     */
    private void freeIntoQuarantine(
            ThreadCache cache, Geometry geometry, long recordAt, long slabWord, int site, int flags) {
        long slabAt = map.slabAt(slabOf(recordAt));
        if (isSecret(flags)) {
            memory.fill(slabAt + geometry.blockAt(indexOf(recordAt)), geometry.blockBytes(), (byte) 0);
        }
        // Else the neighbours would be blamed for what the log has already.
        guards.repair(slabAt, geometry, indexOf(recordAt));
        BlockStates.note(memory, recordAt, process, site, BlockStates.FREED, nowMs);
        BlockStates.quarantine(memory, recordAt, memory.getLongAcquire(recordAt));
        if (SlabSource.stateOf(slabWord) == SlabState.POOL && isCounted(flags)) {
            cache.pools.of(SlabClass.poolOf(SlabWord.slabClass(slabWord))).freed(0);
        }
    }

    /**
     * Puts the second half of a free off, and ends an earlier one. Dies with blocks that wait: whoever reclaims withdraws
     * them, as any that is withheld.
     */
    private void freeLater(
            ThreadCache cache, Geometry geometry, long recordAt, long word, long slabWord, int site, int flags) {
        int slab = slabOf(recordAt);
        int index = indexOf(recordAt);
        BlockStates.note(memory, recordAt, process, site, BlockStates.FREED, nowMs);
        freedBlocks.add(new FreedBlocks.Freed(
                recordAt,
                word,
                slab,
                index,
                slabWord,
                flags,
                map.slabAt(slab) + geometry.blockAt(index),
                geometry.blockBytes()));
        for (FreedBlocks.Freed next = freedBlocks.takeExcess(); next != null; next = freedBlocks.takeExcess()) {
            endFree(cache, next);
        }
    }

    private void endFree(ThreadCache cache, FreedBlocks.Freed block) {
        if (BlockStates.release(memory, block.recordAt(), block.word())) {
            tellOfFree(cache, lists.of(block.slab()), block.slab(), block.recordAt(), block.slabWord(), block.flags());
        }
    }

    /** Ends all frees that level paranoid has put off; false if there were none. */
    private boolean releaseFreedBlocks() {
        if (freedBlocks.isEmpty()) {
            return false;
        }
        ThreadCache cache = caches.enter();
        try {
            checkOpen();
            for (FreedBlocks.Freed next = freedBlocks.take(); next != null; next = freedBlocks.take()) {
                endFree(cache, next);
            }
        } finally {
            cache.exit();
        }
        return true;
    }

    /** After the free of a block that is not of a slab of this thread: says so to whoever can use its place. */
    private void tellOfFree(ThreadCache cache, SlabCache list, int slab, long recordAt, long slabWord, int flags) {
        SlabState state = SlabSource.stateOf(slabWord);
        if (state == SlabState.LARGE) {
            source.release(slab, slabWord);
            return;
        }
        Geometry geometry = places.geometryOf(slab, slabWord);
        if (geometry == null) {
            return;
        }
        int index = indexOf(recordAt);
        if (state == SlabState.POOL && SlabClass.isPool(SlabWord.slabClass(slabWord))) {
            int pool = SlabClass.poolOf(SlabWord.slabClass(slabWord));
            pools.hint(slab, index, geometry);
            cache.lastOfPool[pool] = recordAt;
            if (isCounted(flags)) {
                cache.pools.of(pool).freed(0);
            }
            return;
        }
        long bit = 1L << SlabCache.group(index, geometry.count());
        long before = memory.getAndBitwiseOrLong(map.slabEntryAt(slab) + SlabLayout.HINT_OFFSET, bit);
        if (before == 0 && list != null) {
            list.holder.freedByOthers.add(list);
        }
    }

    /** @param size the record's word of the size, {@code origin} that of the site: as they were before the free */
    private void countFreed(ThreadCache cache, long size, long origin) {
        int tag = RecordWords.tagOf(size);
        boolean tagged = tag != Tags.GENERAL && tag < map.tagCount();
        if (isCounted(RecordWords.flagsOf(origin))) {
            int site = RecordWords.siteOf(origin);
            cache.sites.of(site < map.siteCount() ? site : 0).freed(RecordWords.sizeOf(size));
            if (tagged) {
                cache.tags.of(tag).freed(RecordWords.sizeOf(size));
            }
        }
        if (tagged && tags.budget(tag) > 0) {
            tags.refund(tag, RecordWords.sizeOf(size));
        }
    }

    boolean isBudgeted(int tag) {
        return tag != Tags.GENERAL && tag < map.tagCount() && tags.budget(tag) > 0;
    }

    // ---------------------------------------------------------------- orphans

    /**
     * Takes over a block whose owner is gone.
     *
     * @param orphan as just read; ORPHAN, and not damaged
     * @return null where another was first
     */
    public Block adopt(RecordView orphan) {
        checkOpen();
        ThreadCache cache = caches.enter();
        try {
            long generation = nextGeneration(cache);
            if (!BlockStates.adopt(memory, orphan.recordAt(), orphan.word(), owner, generation)) {
                return null;
            }
            BlockStates.note(memory, orphan.recordAt(), process, orphan.site(), BlockStates.ADOPTED, nowMs);
            long live = BlockStates.live(owner, generation);
            return new Block(this, orphan.recordAt(), live, orphan.payloadAt(), orphan.size());
        } finally {
            cache.exit();
        }
    }

    /**
     * Makes a block that was just adopted an orphan again, for somebody else; false where it is not ours any more.
     *
     * @param note the orphan's before it was adopted: who had it last, and may have died while it wrote
     */
    public boolean giveUp(Block adopted, long note) {
        checkOpen();
        if (StateWord.owner(adopted.word()) != owner) {
            return false;
        }
        BlockStates.noteGivenUp(memory, adopted.recordAt(), adopted.word(), process, note);
        return BlockStates.orphan(memory, adopted.recordAt(), adopted.word());
    }

    /**
     * Frees a block that nobody owns, as an operator has decided: an orphan with all that hangs in its cells, or one in
     * quarantine, whose record may be damaged: what hangs there stays, for nothing of it is believed, and is noted as left
     * behind where its own record says that it is in just that place.
     *
     * @return false where it has changed meanwhile
     */
    public boolean freeUnowned(RecordView block) {
        checkOpen();
        boolean trusted = block.state() == BlockState.ORPHAN;
        charges.begin();
        if (trusted && block.type() != Types.NONE) {
            try {
                return new Unheld(memory, this, contents).freeOrphan(block.recordAt(), block.word());
            } finally {
                charges.end();
            }
        }
        try {
            long recordAt = block.recordAt();
            long slabWord = source.wordOf(block.slab());
            int flags = trusted ? block.flags() : RecordWords.UNCOUNTED;
            Geometry geometry = places.geometryOfLive(recordAt, slabWord);
            boolean isWhole = geometry == null || (trusted && beside.isWholeHeld(geometry, recordAt, block.word()));
            if (!BlockStates.withholdUnowned(memory, recordAt, block.word(), owner)) {
                return false;
            }
            leftBehind.note(recordAt, block.sizeWord(), geometry, 0);
            if (!trusted || isSecret(flags)) {
                // Nobody knows whether what was damaged was a secret.
                memory.fill(block.payloadAt(), block.capacity(), (byte) 0);
            }
            if (!isWhole) {
                guards.repair(map.slabAt(block.slab()), geometry, block.index());
            }
            BlockStates.note(memory, recordAt, process, block.site(), BlockStates.FREED, nowMs);
            long word = BlockStates.live(owner, StateWord.generation(block.word()));
            // Not before: what is left behind may be to be freed, with a cache of its own.
            ThreadCache cache = caches.enter();
            try {
                if (!BlockStates.release(memory, recordAt, word)) {
                    return false;
                }
                tellOfFree(cache, lists.of(block.slab()), block.slab(), recordAt, slabWord, flags);
                if (trusted) {
                    countFreed(cache, block.sizeWord(), block.originWord());
                }
            } finally {
                cache.exit();
            }
        } finally {
            charges.end();
        }
        if (watchers.any()) {
            int tag = trusted ? known(block.tag()) : Tags.GENERAL;
            tell(EventKind.FREED, block.recordAt(), block.word(), block.payloadAt(), block.size(), tag, 0, 0);
        }
        return true;
    }

    // ---------------------------------------------------------------- cells

    /** Where the record of a block lies. */
    public long recordAt(Block block) {
        return block.recordAt();
    }

    /** The state word with which this process knows a block. */
    public long word(Block block) {
        return block.word();
    }

    /** The type of a block; null where it has none. */
    public BlockType typeOf(Block block) {
        return types.get(RecordWords.typeOf(memory.getLong(block.recordAt() + RecordLayout.SIZE_OFFSET)));
    }

    /** Whether a record is of the same life as a word, in whatever state of use. */
    boolean isSameLife(long recordAt, long word) {
        long now = memory.getLongAcquire(recordAt);
        return StateWord.generation(now) == StateWord.generation(word)
                && StateWord.isValid(now)
                && StateWord.state(now) != BlockState.FREE.code()
                && StateWord.state(now) != BlockState.RESERVED.code()
                && StateWord.state(now) != BlockState.QUARANTINE.code();
    }

    boolean hasCells(Block block) {
        return typeOf(block) != null;
    }

    /** Whether two heaps' blocks are to be told apart: a block is used with the region that it is from. */
    public boolean isOurs(Block block) {
        return block.isOf(this);
    }

    /**
     * The block of a record that was just handed to this process, or that it may read.
     *
     * @throws CorruptRegionException if what the record says does not fit its slab
     */
    public Block block(long recordAt, long word) {
        int slab = slabOf(recordAt);
        int index = indexOf(recordAt);
        Geometry geometry = places.geometryOf(slab, source.wordOf(slab));
        long size = RecordWords.sizeOf(memory.getLong(recordAt + RecordLayout.SIZE_OFFSET));
        int alignment = RecordWords.alignmentOf(memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET));
        if (geometry != null && index < geometry.count() && alignment <= Geometry.MAX_ALIGNMENT) {
            long blockAt = map.slabAt(slab) + geometry.blockAt(index);
            long payloadAt = Geometry.align(blockAt, alignment);
            if (size <= geometry.blockBytes() - (payloadAt - blockAt)) {
                return watched(new Block(this, recordAt, word, payloadAt, size));
            }
        }
        checkOpen();
        throw new CorruptRegionException(String.format(
                Locale.ROOT,
                "corrupt region: a record does not fit its slab: offset=%d size=%d alignment=%d",
                recordAt,
                size,
                alignment));
    }

    @Override
    public int process() {
        return process;
    }

    @Override
    public long nowMs() {
        return nowMs;
    }

    @Override
    public long freshGeneration() {
        checkOpen();
        ThreadCache cache = caches.enter();
        try {
            return nextGeneration(cache);
        } finally {
            cache.exit();
        }
    }

    @Override
    public void freeUnheld(long recordAt, long shared) {
        // Under way from before the block is withheld until all that hangs in it is refunded, too.
        charges.begin();
        try {
            new Unheld(memory, this, contents).free(recordAt, shared);
        } finally {
            charges.end();
        }
    }

    /** Takes what the cells of a block hold that is withheld for this participant. */
    void emptyReserved(long recordAt, Contents of, Author author, LongConsumer taken) {
        int type = RecordWords.typeOf(memory.getLong(recordAt + RecordLayout.SIZE_OFFSET));
        if (type != Types.NONE) {
            Block block = block(recordAt, memory.getLongAcquire(recordAt));
            of.take(author, type, block.offset(), block.size(), 0, taken);
        }
    }

    /** LIVE → RESERVED, of a block of this participant that no other thread knows. */
    boolean withholdOwn(long recordAt) {
        return BlockStates.withhold(memory, recordAt, memory.getLongAcquire(recordAt));
    }

    /** RESERVED → FREE, of a block that is withheld for this participant. */
    void freeReserved(long recordAt) {
        long size = memory.getLong(recordAt + RecordLayout.SIZE_OFFSET);
        long origin = memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET);
        long reserved = memory.getLongAcquire(recordAt);
        long word = BlockStates.live(owner, StateWord.generation(reserved));
        long offset;
        boolean freed;
        ThreadCache cache = caches.enter();
        try {
            int slab = slabOf(recordAt);
            long slabWord = source.wordOf(slab);
            int flags = RecordWords.flagsOf(origin);
            Geometry geometry = places.geometryOfLive(recordAt, slabWord);
            boolean isWhole = geometry == null || beside.isWholeHeld(geometry, recordAt, reserved);
            offset = watchers.any() ? places.payloadOf(recordAt) : 0;
            freed = releaseWithheld(recordAt, word, 0, geometry, isWhole);
            if (freed) {
                tellOfFree(cache, lists.of(slab), slab, recordAt, slabWord, flags);
                countFreed(cache, size, origin);
            }
        } finally {
            cache.exit();
        }
        if (freed && watchers.any()) {
            tell(
                    EventKind.FREED,
                    recordAt,
                    word,
                    offset,
                    RecordWords.sizeOf(size),
                    known(RecordWords.tagOf(size)),
                    0,
                    0);
        }
    }

    /**
     * Notes that a block was handed over through this object, which is good for reading only from now on.
     *
     * @param cell that it went into, 0 for an offer
     */
    public void handedOver(Block block, long cell, int site) {
        block.handedOver();
        if (watchers.any()) {
            tellOfHandover(EventKind.PUBLISHED, block, cell, site);
        }
    }

    /** The block of a record that was just handed to this process, from a cell or, with 0, by an offer. */
    public Block handedToUs(long recordAt, long generation, long cell, int site) {
        Block block = block(recordAt, BlockStates.live(owner, generation));
        if (watchers.any()) {
            tellOfHandover(EventKind.TAKEN, block, cell, site);
        }
        return block;
    }

    private void tellOfHandover(EventKind kind, Block block, long cell, int site) {
        int tag = known(RecordWords.tagOf(memory.getLong(block.recordAt() + RecordLayout.SIZE_OFFSET)));
        tell(kind, block.recordAt(), block.word(), block.offset(), block.size(), tag, site, cell);
    }

    // ---------------------------------------------------------------- who is told

    /** From the return of this on the listener is told what this process does. */
    public synchronized void listen(EventListener listener) {
        watchers.add(listener);
        followLevel();
    }

    public synchronized void stopListening(EventListener listener) {
        watchers.remove(listener);
        followLevel();
    }

    /** Writes each event into a log, too; null for none. */
    public synchronized void writeTo(EventLog log) {
        watchers.writeTo(log);
        followLevel();
    }

    private void tell(
            EventKind kind, long recordAt, long word, long offset, long size, int tag, int site, long detail) {
        long handle = Handle.pack(slabOf(recordAt), indexOf(recordAt), StateWord.generation(word));
        watchers.happened(kind, offset, handle, size, tag, site, detail);
    }

    void tellOfResize(Block block, long newSize, int tag) {
        if (watchers.any()) {
            tell(EventKind.RESIZED, block.recordAt(), block.word(), block.offset(), newSize, known(tag), 0, 0);
        }
    }

    private void tellOfFault(Fault fault) {
        if (watchers.any()) {
            fault.tell(watchers::wrong);
        }
    }

    /** A secret of a slab whose word is damaged; nothing if another thread has freed it meanwhile, slab and all. */
    private void refuseToWipe(long recordAt, long word, long slabWord) {
        checkOpen();
        if (memory.getLongAcquire(recordAt) == word) {
            throw new CorruptRegionException(String.format(
                    Locale.ROOT,
                    "corrupt region: the slab of a live block is not what its record needs: slab=%d observed=0x%x",
                    slabOf(recordAt),
                    slabWord));
        }
    }

    // ---------------------------------------------------------------- resize, resolve, describe

    /** Changes the requested size in place; false where the block is too small for it or no longer ours. */
    boolean resizeInPlace(Block block, long newSize) {
        return resizing.inPlace(block, newSize);
    }

    /** A resize of what is not a live block of this participant. */
    void refusedResize(Block block) {
        resizing.refused(block);
    }

    /** A block of the same tag, site and flags; null where there is no room. */
    Block allocateLike(Block block, long newSize) {
        long size = memory.getLong(block.recordAt() + RecordLayout.SIZE_OFFSET);
        long origin = memory.getLong(block.recordAt() + RecordLayout.ORIGIN_OFFSET);
        int flags = RecordWords.flagsOf(origin) & ~RecordWords.UNCOUNTED;
        int scope = RecordWords.scopeOf(memory.getLong(block.recordAt() + RecordLayout.BORN_OFFSET));
        ScopedBlocks scoped = scope == 0 ? null : openScopes.get(scope);
        return scoped == null
                ? tryAllocate(newSize, known(RecordWords.tagOf(size)), knownSite(origin), flags)
                : scoped.tryAllocate(newSize, known(RecordWords.tagOf(size)), knownSite(origin), flags);
    }

    /** For blocks of a scope of this process. */
    public ScopedBlocks openScope(int id) {
        ScopedBlocks scoped = new ScopedBlocks(this, id);
        if (id != 0) {
            openScopes.put(id, scoped);
        }
        return scoped;
    }

    void forget(ScopedBlocks scoped) {
        openScopes.remove(scoped.id(), scoped);
    }

    RuntimeException refusalLike(Block block, long newSize) {
        long size = memory.getLong(block.recordAt() + RecordLayout.SIZE_OFFSET);
        long origin = memory.getLong(block.recordAt() + RecordLayout.ORIGIN_OFFSET);
        return refusal(newSize, known(RecordWords.tagOf(size)), knownSite(origin));
    }

    int known(int tag) {
        return tag < map.tagCount() ? tag : Tags.GENERAL;
    }

    int knownSite(long origin) {
        int site = RecordWords.siteOf(origin);
        return site < map.siteCount() ? site : 0;
    }

    /** The block that a handle names, if it is in use; null otherwise. Any 64 bits may be given. */
    public Block resolve(long handle) {
        try {
            return resolveChecked(handle);
        } catch (InternalError e) {
            throw lost(e);
        }
    }

    private Block resolveChecked(long handle) {
        checkOpen();
        RecordView record = scan.another().block(Handle.slab(handle), Handle.index(handle));
        checkOpen();
        if (record == null || record.damaged() || !record.isUsed() || !Handle.matches(handle, record.word())) {
            return null;
        }
        return watched(new Block(this, record.recordAt(), record.word(), record.payloadAt(), record.size()));
    }

    /** What a handle that is not good is instead, in words. */
    public String describe(long handle) {
        return new Diagnosis(memory, map, sites, scan.another()).of(handle);
    }

    /** Why an allocation was refused, with who holds most. */
    public RuntimeException refusal(long size, int tag, int site) {
        flush();
        return new Shortage(memory, map, sites, tags, pools, scan.another()).refusal(size, tag, site, growth.refusal());
    }

    private Block watched(Block block) {
        if (level >= FULL) {
            lostBlocks.watch(block);
        }
        return block;
    }

    /** The handle of a block is known as a number: its object may go without the block being lost. */
    void handleIsOut(long word) {
        if (level >= FULL) {
            lostBlocks.handleIsOut(word);
        }
    }

    // ---------------------------------------------------------------- housekeeping

    /**
     * Sets the coarse clock: milliseconds since the region was created, at least 1. Also looks how much is to be kept.
     * Called often, by one thread.
     */
    public void tick(long now) {
        nowMs = now;
        followLevel();
        watchers.tellOfFaults();
    }

    /** One at a time: who looked earlier must not store what it saw after one who looked later. */
    private synchronized void followLevel() {
        level = RegionHeader.level(memory).code();
        plain = level <= SITES && !closed && !watchers.any();
    }

    /** The line that frees, where the caller does not name it: unknown below level full. */
    int siteOfFree() {
        return level >= FULL ? sites.idOf(capture.capture()) : 0;
    }

    /** Whether the line of an allocation is noted: below that nobody needs to look for it. */
    public boolean keepsSites() {
        return level >= SITES;
    }

    /** How much is kept of what this heap allocates and frees: what the region's header said at the last tick. */
    public Level level() {
        return Level.ofCode(level);
    }

    /**
     * Adds what the threads have counted to the region's totals, takes back what ended threads left, and, where memory is
     * short somewhere, what idle threads keep for nothing.
     */
    public void flush() {
        if (closed || owner == NOBODY) {
            return;
        }
        lostBlocks.sweep();
        lists.exclusively(() -> {
            if (closed) {
                return;
            }
            lists.sweep();
            for (ThreadCache cache : caches.all()) {
                housekeeping.flush(cache, nowMs);
            }
        });
    }

    /** A slice of the walk that looks for damage which no free would find. Called now and then, by one thread. */
    public void lookForDamage() {
        if (closed || owner == NOBODY) {
            return;
        }
        if (level < PARANOID) {
            releaseFreedBlocks();
        }
        walk.slice();
    }

    /** No allocation and no free after this; what is owned stays in the region for {@link Reclaim}. */
    public void close() {
        if (!closed && owner != NOBODY) {
            releaseFreedBlocks();
        }
        flush();
        // Under the lock: a flush that has begun is over before others tidy up behind this heap.
        lists.exclusively(this::shut);
    }

    /**
     * As {@link #close}, without a look at the memory: it is not there any more, or not ours.
     *
     * @param why what every later call says
     */
    public void forsake(String why) {
        forsakenBecause = why;
        shut();
    }

    private synchronized void shut() {
        closed = true;
        plain = false;
    }

    /** Sets what an allocation tries before it is refused. */
    public void beforeRefusal(LastResort resort) {
        lastResort = resort;
    }

    /** Sets who is told, once or more, that the memory behind the mapping is gone. */
    public void whenLost(Consumer<String> listener) {
        lossListener = listener;
    }

    /**
     * The JVM's answer to an access that the system could not serve: a page whose file was truncated, mostly. Any other
     * error is thrown as it is.
     */
    public RuntimeException lost(InternalError error) {
        if (!isLoss(error)) {
            throw error;
        }
        lossListener.accept(LOST);
        return new UnavailableException(LOST, error);
    }

    /** Whether an error says that an access to mapped memory has failed. */
    public static boolean isLoss(InternalError error) {
        return error.getMessage() != null && error.getMessage().contains("unsafe memory access");
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public int owner() {
        return owner;
    }

    /** A cell was written over by this process, which did not look; the block that it held is lost. */
    public void overwritten(long cell, long before, int site) {
        references.overwritten(cell, before, faults.by(site));
    }

    /** Who writes down what is proven to be wrong. */
    public Faults faults() {
        return faults;
    }

    SharedMemory memory() {
        return memory;
    }

    Views views() {
        return views;
    }

    Sites sites() {
        return sites;
    }

    // ---------------------------------------------------------------- pieces

    /** Somebody looks after this thread's slabs, under the lock. */
    private void untilUnfrozen() {
        lists.exclusively(this::checkOpen);
    }

    private long nextGeneration(ThreadCache cache) {
        if (cache.generation == cache.generationLimit) {
            cache.generation = memory.getAndAddLong(HeaderLayout.GENERATION_OFFSET, GENERATION_BATCH);
            cache.generationLimit = cache.generation + GENERATION_BATCH;
        }
        long generation = cache.generation++;
        // A handle has the low bits only, and all zero is reserved for no block and for records never used.
        return (generation & Handle.GENERATION_MASK) == 0 ? nextGeneration(cache) : generation;
    }

    int slabOf(long recordAt) {
        return (int) map.slabOf(recordAt);
    }

    int indexOf(long recordAt) {
        return RecordLayout.indexOf(map.slabAt(slabOf(recordAt)), recordAt);
    }

    /** Bytes from a block's payload to its end. */
    long capacityOf(long recordAt, long payloadAt) {
        return places.capacityOf(recordAt, payloadAt);
    }

    private static int alignment(long flags) {
        return RecordWords.alignmentOf(flags);
    }

    /** @throws IllegalStateException if it is closed; UnavailableException if it was forsaken */
    public void checkOpen() {
        if (closed) {
            throw forsakenBecause == null
                    ? new IllegalStateException("the region is closed in this process")
                    : new UnavailableException(forsakenBecause);
        }
    }
}
