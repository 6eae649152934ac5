package io.shm;

import io.shm.error.BusyException;
import io.shm.error.NotFoundException;
import io.shm.error.OutOfSharedMemoryException;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.heap.Heap;
import io.shm.heap.Reclaim;
import io.shm.heap.Views;
import io.shm.layout.RegionMap;
import io.shm.ledger.Level;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.Site;
import io.shm.ledger.SiteCapture;
import io.shm.ledger.Sites;
import io.shm.ledger.Tag;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;
import io.shm.participant.Membership;
import io.shm.participant.Participants;
import io.shm.segment.Access;
import io.shm.segment.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A region of memory that several processes share, with the books of who holds what inside.
 *
 * <pre>{@code
 * try (Region region = Region.create(RegionOptions.named("orders").size(64 << 20))) {
 *     Block block = region.allocate(1024, PACKET, RECEIVE);
 *     block.putLong(0, 42);
 *     long handle = block.handle();       // pass it to another process, which calls region.resolve(handle)
 *     block.free();
 * }
 * }</pre>
 *
 * <p>Threads: safe. Processes: any number up to 47, each with its own Region. A process that dies leaves the region as it
 * is, with its name on what it held; nobody else is blocked. Needs no JVM flags.
 */
public final class Region implements AutoCloseable {
    private static final int FLUSH_TICKS = 10;
    /** A millisecond apart. */
    private static final int ATTACH_ATTEMPTS = 5000;

    private final Segment segment;
    private final RegionMap map;
    // Read once: after the memory was isolated the header reads as zeros.
    private final long createdAt;
    private final long size;
    private final long mappedSize;
    private final RegionOptions.Policy policy;
    private final Sites sites;
    private final Tags tags;
    private final Participants participants;
    /** Null if attached read-only. */
    private final Membership membership;

    private final Heap heap;
    private final SiteCapture siteCapture;
    private final List<ScheduledFuture<?>> chores = new ArrayList<>();
    private boolean closed;

    private Region(Segment segment, String processName, SiteCapture siteCapture) {
        this.segment = segment;
        this.siteCapture = siteCapture;
        SharedMemory memory = segment.memory();
        RegionHeader header = RegionHeader.check(memory, name(segment.reference()), segment.mappedSize());
        this.createdAt = header.createdAt();
        this.size = header.requestedSize();
        this.mappedSize = header.mappedSize();
        this.policy = RegionOptions.Policy.ofCode(header.policy());
        this.map = header.map();
        this.sites = new Sites(memory, map);
        this.tags = new Tags(memory, map);
        this.participants = new Participants(memory, map, new LockFileSlots(segment.lockFile()));
        boolean writes = segment.access() == Access.READ_WRITE;
        this.membership = writes ? participants.join(ProcessName.orDefault(processName), this::reclaimDead) : null;
        this.heap = openHeap(memory);
        heap.tick(now());
        if (writes) {
            chores.add(Housekeeper.every(1, () -> heap.tick(now())));
            chores.add(Housekeeper.every(FLUSH_TICKS, heap::flush));
        }
    }

    /** A region whose tables are damaged is left again: a place that is kept without a heap would look alive. */
    private Heap openHeap(SharedMemory memory) {
        try {
            return new Heap(
                    memory,
                    map,
                    membership == null ? 0 : membership.owner(),
                    membership == null ? 0 : membership.processId(),
                    sites,
                    tags,
                    new SegmentViews(segment));
        } catch (RuntimeException | Error e) {
            if (membership != null) {
                participants.leave(membership);
            }
            throw e;
        }
    }

    // ---------------------------------------------------------------- make, attach, remove

    /**
     * Makes a region, with all its space taken, and attaches to it. Others see it whole or not at all.
     *
     * @throws BusyException if there is one of that name
     * @throws io.shm.error.NoSpaceException if there is no room for it; nothing is left behind
     * @throws IllegalArgumentException if the size is too small for the tables and pools; the message has the smallest
     */
    public static Region create(RegionOptions options) {
        RegionFormation.checkSize(options);
        Segment segment = Segment.create(options.segment(), unfinished -> RegionFormation.form(unfinished, options));
        return open(segment, options.processName(), options.siteCapture());
    }

    /**
     * Attaches to a region as a participant.
     *
     * @param reference a name, a path, {@code pid:PID[/DESCRIPTOR]} or {@code sysv:0xKEY}
     * @throws io.shm.error.NotFoundException if there is none
     * @throws io.shm.error.PermissionException if this user may not write it
     * @throws io.shm.error.IncompatibleException if it is no region, or one of another format
     * @throws BusyException if all places for participants are taken
     */
    public static Region attach(String reference) {
        return attach(reference, null);
    }

    /** As {@link #attach(String)}, under a name of one's own choice; null for the main class's. */
    public static Region attach(String reference, String processName) {
        return attach(reference, processName, SiteCapture.always());
    }

    /** As {@link #attach(String, String)}, with a way to find the sites of allocations that name none. */
    public static Region attach(String reference, String processName, SiteCapture siteCapture) {
        return open(Segment.attach(reference, Access.READ_WRITE), processName, siteCapture);
    }

    /** Attaches to read blocks by handle; every attempt to change something is an IllegalStateException. */
    public static Region attachReadOnly(String reference) {
        return open(Segment.attach(reference, Access.READ_ONLY), null, SiteCapture.off());
    }

    /**
     * Makes the region, or attaches to it if another process was first; waits some seconds while another is making it.
     *
     * @throws BusyException if the other does not finish, or no place is free
     */
    public static Region createOrAttach(RegionOptions options) {
        for (int attempt = 1; ; attempt++) {
            try {
                return create(options);
            } catch (BusyException e) {
                try {
                    return attach(Segments.referenceOf(options), options.processName(), options.siteCapture());
                } catch (NotFoundException notYet) {
                    // Another is still making it, or it was removed in between.
                    if (attempt == ATTACH_ATTEMPTS) {
                        throw e;
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            }
        }
    }

    /**
     * Removes the name of a region; the memory stays until the last process lets it go.
     *
     * @param force also while processes are attached
     * @return false if there was none
     * @throws BusyException if live processes are attached and force is not given; nothing is removed
     */
    public static boolean remove(String reference, boolean force) {
        if (!force) {
            Segments.refuseIfAttached(reference);
        }
        return Segment.remove(reference);
    }

    /**
     * Changes how much a region keeps, without taking part in it. Its processes follow within 10 ms; those that were
     * stopped meanwhile, 10 ms after they go on.
     *
     * @throws BusyException if the file is a copy of a region: nobody would follow
     * @throws io.shm.error.NotFoundException if there is none; other exceptions as for {@link #attach(String)}
     * @return the level until now
     */
    public static Level setLevel(String reference, Level level) {
        Objects.requireNonNull(level, "level");
        try (Segment segment = Segment.attach(reference, Access.READ_WRITE)) {
            SharedMemory memory = segment.memory();
            RegionHeader header = RegionHeader.check(memory, name(reference), segment.mappedSize());
            if (segment.lockFile().inode() != header.lockInode()) {
                throw new BusyException(reference + " is a copy of a region: nobody would follow its level");
            }
            Level before = RegionHeader.level(memory);
            RegionHeader.setLevel(memory, level);
            return before;
        }
    }

    private static Region open(Segment segment, String processName, SiteCapture siteCapture) {
        try {
            return new Region(segment, processName, siteCapture);
        } catch (RuntimeException | Error e) {
            segment.close();
            throw e;
        }
    }

    // ---------------------------------------------------------------- allocate

    /**
     * Allocates a block of the general tag. The line that calls is found as {@link SiteCapture} says; a {@link
     * Site} constant saves that walk, which takes far longer than the allocation.
     *
     * @param size requested bytes, at least 1
     * @throws OutOfSharedMemoryException if there is no room; the message names who holds most
     * @throws IllegalArgumentException if size is less than 1
     */
    public Block allocate(long size) {
        return allocate(size, Tag.GENERAL, capture());
    }

    public Block allocate(long size, Site site) {
        return allocate(size, Tag.GENERAL, site);
    }

    public Block allocate(long size, Tag tag) {
        return allocate(size, tag, capture());
    }

    /**
     * Allocates a block.
     *
     * @throws OutOfSharedMemoryException if there is no room, or the tag's pool or budget refuses
     */
    public Block allocate(long size, Tag tag, Site site) {
        return allocate(size, tags.idOf(tag), sites.idOf(site), 0);
    }

    public Block allocate(BlockSpec spec) {
        return allocate(spec.size(), tags.idOf(spec.tag()), siteOf(spec), spec.flags());
    }

    private Block allocate(long size, int tag, int site, int flags) {
        Block block = heap.tryAllocate(size, tag, site, flags);
        if (block == null) {
            throw heap.refusal(size, tag, site);
        }
        return block;
    }

    /** As {@link #allocate(long)}, but null where there is no room. */
    public Block tryAllocate(long size) {
        return tryAllocate(size, Tag.GENERAL, capture());
    }

    /** As {@link #allocate(long, Tag, Site)}, but null where there is no room. */
    public Block tryAllocate(long size, Tag tag, Site site) {
        return heap.tryAllocate(size, tags.idOf(tag), sites.idOf(site), 0);
    }

    /** As {@link #allocate(BlockSpec)}, but null where there is no room. */
    public Block tryAllocate(BlockSpec spec) {
        return heap.tryAllocate(spec.size(), tags.idOf(spec.tag()), siteOf(spec), spec.flags());
    }

    /**
     * Allocates so many blocks of one kind, all or none.
     *
     * @throws OutOfSharedMemoryException if there is no room for all of them; none is allocated
     */
    public Block[] allocateAll(int count, BlockSpec spec) {
        if (count < 0) {
            throw new IllegalArgumentException("a number of blocks is at least 0, not " + count);
        }
        int tag = tags.idOf(spec.tag());
        int site = siteOf(spec);
        Block[] blocks = new Block[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = heap.tryAllocate(spec.size(), tag, site, spec.flags());
            if (blocks[i] == null) {
                RuntimeException refusal = heap.refusal(spec.size(), tag, site);
                for (int j = i - 1; j >= 0; j--) {
                    blocks[j].free();
                }
                throw refusal;
            }
        }
        return blocks;
    }

    private int siteOf(BlockSpec spec) {
        return sites.idOf(spec.site() == null ? capture() : spec.site());
    }

    private Site capture() {
        return heap.keepsSites() ? siteCapture.capture() : Site.UNKNOWN;
    }

    // ---------------------------------------------------------------- use

    /**
     * The block that a handle names, which any process may have allocated.
     *
     * @throws StaleHandleException if it names no block in use; the message says what became of it
     */
    public Block resolve(long handle) {
        Block block = heap.resolve(handle);
        if (block == null) {
            throw new StaleHandleException(heap.describe(handle));
        }
        return block;
    }

    /** Frees a block; nothing happens for null. Fails as {@link Block#free()}. */
    public void free(Block block) {
        if (block != null) {
            block.free();
        }
    }

    /** Frees the block that a handle names. Fails as {@link #resolve} and {@link Block#free()}. */
    public void free(long handle) {
        resolve(handle).free();
    }

    /** What another process passes to {@link #attach(String)}. */
    public String reference() {
        return segment.reference();
    }

    /** For a region without a name: no further process can attach after this, except root. */
    public void closeHandOver() {
        segment.closeHandOver();
    }

    /** Bytes as requested. */
    public long size() {
        return size;
    }

    /** Bytes as mapped, rounded up to pages. */
    public long mappedSize() {
        return mappedSize;
    }

    public RegionOptions.Policy policy() {
        return policy;
    }

    /** How much is kept of what this process allocates and frees: the region's level as of the last 10 ms. */
    public Level level() {
        return heap.level();
    }

    /**
     * Changes how much the region keeps: for this process at once, for the others within 10 ms. What is allocated already
     * stays as it was noted.
     *
     * @throws IllegalStateException if it is attached read-only, or closed
     */
    public synchronized void setLevel(Level level) {
        Objects.requireNonNull(level, "level");
        if (membership == null || closed) {
            throw new IllegalStateException(closed ? "the region is closed in this process" : "attached read-only");
        }
        RegionHeader.setLevel(segment.memory(), level);
        heap.tick(now());
    }

    // ---------------------------------------------------------------- leave

    /**
     * Leaves the region: this process's blocks are freed or kept, as the region's policy says, and the memory is let go.
     * Idempotent. A thread that is using the region meanwhile gets an IllegalStateException.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        chores.forEach(chore -> chore.cancel(false));
        try {
            heap.close();
            if (membership != null) {
                leave();
            }
        } finally {
            segment.close();
        }
    }

    private void leave() {
        SharedMemory memory = segment.isolate();
        new Participants(memory, map, new LockFileSlots(segment.lockFile()))
                .leave(membership, slot -> reclaim(memory, slot, membership.processId()));
    }

    private void reclaimDead(int slot) {
        reclaim(segment.memory(), slot, 0);
    }

    private void reclaim(SharedMemory memory, int slot, int process) {
        boolean keeps = policy != RegionOptions.Policy.FREE;
        new Reclaim(memory, map, new Tags(memory, map), process, keeps, now()).reclaim(slot);
    }

    /** Milliseconds since the region was created, as records have them; at least 1, as 0 is no time. */
    private long now() {
        return Math.max(1, System.currentTimeMillis() - createdAt);
    }

    private static String name(String reference) {
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        return "Region[" + reference() + (closed ? ", closed]" : "]");
    }

    /** Raw views, with the address range kept from then on. */
    private record SegmentViews(Segment segment) implements Views {
        @Override
        public ByteBuffer byteBuffer(long offset, int length) {
            return segment.byteBuffer(offset, length);
        }

        @Override
        public void handedOut() {
            segment.viewsHandedOut();
        }
    }
}
