package io.shm;

import io.shm.cell.CellArray;
import io.shm.cell.CellSpace;
import io.shm.cell.Participation;
import io.shm.cell.Roots;
import io.shm.cell.Slot;
import io.shm.channel.Broadcast;
import io.shm.channel.BroadcastOptions;
import io.shm.channel.Channel;
import io.shm.channel.ChannelOptions;
import io.shm.channel.Requests;
import io.shm.channel.RequestsOptions;
import io.shm.error.BusyException;
import io.shm.error.CorruptRegionException;
import io.shm.error.NotFoundException;
import io.shm.error.OutOfSharedMemoryException;
import io.shm.error.ShmException;
import io.shm.error.StaleHandleException;
import io.shm.error.UnavailableException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.heap.EventListener;
import io.shm.heap.Heap;
import io.shm.heap.MoreSpace;
import io.shm.heap.Reclaim;
import io.shm.heap.ScopedBlocks;
import io.shm.heap.Views;
import io.shm.layout.RegionMap;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.EventLog;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.Level;
import io.shm.ledger.RecordView;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.Site;
import io.shm.ledger.SiteCapture;
import io.shm.ledger.Sites;
import io.shm.ledger.Tag;
import io.shm.ledger.Tags;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import io.shm.participant.Membership;
import io.shm.participant.Participants;
import io.shm.recovery.Adoption;
import io.shm.recovery.LeftBehind;
import io.shm.recovery.Notices;
import io.shm.recovery.OrphanListener;
import io.shm.recovery.Reaper;
import io.shm.recovery.Recounts;
import io.shm.recovery.Settlement;
import io.shm.segment.Access;
import io.shm.segment.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
 * is, with its name on what it held; nobody else is blocked. Where its file was truncated meanwhile every method throws
 * {@link UnavailableException}, except, for as long as this process has not noticed, the first use of a new site or tag: that
 * may be the JVM's InternalError. Needs no JVM flags.
 */
public final class Region implements AutoCloseable {
    private static final int FLUSH_TICKS = 10;
    private static final int LOCK_TICKS = 50;
    /** A millisecond apart. */
    private static final int ATTACH_ATTEMPTS = 5000;

    private final Segment segment;
    private final RegionMap map;
    // Read once: after the memory was isolated the header reads as zeros.
    private final long createdAt;
    private final long size;
    private final long maximumSize;
    private final RegionOptions.Policy policy;
    private final Sites sites;
    private final Tags tags;
    private final Types types;
    private final Participants participants;
    /** Null if attached read-only. */
    private final Membership membership;

    private final Heap heap;
    private final CellSpace cells;
    private final Roots roots;
    /** Null if attached read-only. */
    private final Reaper reaper;

    private final Recounts recounts;
    /** Null if attached read-only. */
    private final IdleElsewhere idle;

    private final NamedBlocks named;
    private final EventTrace trace;
    private final SiteCapture siteCapture;
    private final List<ScheduledFuture<?>> chores = new ArrayList<>();
    /** Null as long as nobody listens for orphans. */
    private volatile Adoption adoption;

    /** What this process left to the policy; null as long as it has not. */
    private List<LeftBehind> leftBehind;

    private boolean closed;

    private Region(Segment segment, Conduct conduct) {
        this.segment = segment;
        this.siteCapture = conduct.siteCapture();
        SharedMemory memory = segment.memory();
        RegionHeader header =
                RegionHeader.check(memory, name(segment.reference()), segment.mappedSize(), segment::length);
        checkMaximum(segment, header);
        this.createdAt = header.createdAt();
        this.size = header.requestedSize();
        this.maximumSize = header.maximumSize();
        this.policy = RegionOptions.Policy.ofCode(header.policy());
        this.map = header.map();
        this.sites = new Sites(memory, map);
        this.tags = new Tags(memory, map);
        this.types = new Types(memory, map);
        this.participants = new Participants(memory, map, new LockFileSlots(segment.lockFile()));
        boolean writes = segment.access() == Access.READ_WRITE;
        Notices notices = new Notices(memory, map, participants, keeps(), this::now);
        this.membership = writes
                ? participants.join(ProcessName.orDefault(conduct.processName()), settlement(memory, 0, notices::holds))
                : null;
        this.heap = openHeap(memory);
        this.cells = new CellSpace(memory, map, heap, sites);
        this.roots = new Roots(cells, memory, map);
        heap.tick(now());
        heap.whenLost(this::forsake);
        this.trace = new EventTrace(memory, map, heap, roots, this::traceBlock, this::now);
        this.named =
                writes ? new NamedBlocks(memory, map, heap, participants, membership.processId(), this::now) : null;
        heap.faults().findLinesBy(siteCapture::capture);
        this.reaper = writes
                ? new Reaper(
                        participants,
                        membership.slot(),
                        settlement(memory, membership.processId(), notices::holds),
                        notices::lockLost)
                : null;
        this.recounts = new Recounts(memory, map, participants);
        this.idle = writes ? new IdleElsewhere(memory, map, heap.owner()) : null;
        if (writes) {
            heap.beforeRefusal(this::makesRoom);
            // The first look is this joiner's.
            guarded(this::look);
            chores.add(Housekeeper.every(1, () -> guarded(() -> heap.tick(now()))));
            trace.follow();
            chores.add(Housekeeper.every(FLUSH_TICKS, () -> guarded(trace::follow)));
            chores.add(Housekeeper.every(FLUSH_TICKS, () -> guarded(heap::flush)));
            chores.add(Housekeeper.every(FLUSH_TICKS, () -> guarded(this::look)));
            chores.add(Housekeeper.every(FLUSH_TICKS, () -> guarded(heap::lookForDamage)));
            chores.add(Housekeeper.every(LOCK_TICKS, () -> guarded(segment.lockFile()::retakeLost)));
            if (conduct.leaveAtExit()) {
                LeaveAtExit.add(this);
            }
        }
    }

    /** The lock file told how much to map, and the header how much there may be. */
    private static void checkMaximum(Segment segment, RegionHeader header) {
        boolean grows = header.maximumSize() > header.mappedSize();
        if (grows && segment.maximumSize() != header.maximumSize()) {
            throw new CorruptRegionException(String.format(
                    Locale.ROOT,
                    "corrupt region: %s: its maximum is %,d bytes by its header, %,d by its lock file",
                    name(segment.reference()),
                    header.maximumSize(),
                    segment.maximumSize()));
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
                            new SegmentViews(segment),
                            new SegmentSpace(segment))
                    .findingFreesBy(siteCapture);
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
        return open(segment, options.conduct());
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
        return attach(AttachOptions.to(reference));
    }

    /** As {@link #attach(String)}, under a name of one's own choice; null for the main class's. */
    public static Region attach(String reference, String processName) {
        return attach(AttachOptions.to(reference).processName(processName));
    }

    /** As {@link #attach(String)}, in another way than the usual one. */
    public static Region attach(AttachOptions options) {
        return attach(options.reference(), options.conduct());
    }

    private static Region attach(String reference, Conduct conduct) {
        return open(Segment.attach(reference, Access.READ_WRITE), conduct);
    }

    /** Attaches to read blocks by handle; every attempt to change something is an IllegalStateException. */
    public static Region attachReadOnly(String reference) {
        return open(Segment.attach(reference, Access.READ_ONLY), Conduct.USUAL.withSiteCapture(SiteCapture.off()));
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
                    return attach(Segments.referenceOf(options), options.conduct());
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
            RegionHeader header = RegionHeader.check(memory, name(reference), segment.mappedSize(), segment::length);
            if (segment.lockFile().inode() != header.lockInode()) {
                throw new BusyException(reference + " is a copy of a region: nobody would follow its level");
            }
            Level before = RegionHeader.level(memory);
            RegionHeader.setLevel(memory, level);
            return before;
        }
    }

    private static Region open(Segment segment, Conduct conduct) {
        try {
            return new Region(segment, conduct);
        } catch (RuntimeException | Error e) {
            segment.close();
            throw e;
        }
    }

    // ---------------------------------------------------------------- allocate

    /**
     * Allocates a block of the general tag. The line that calls is found as {@link SiteCapture} says; a {@link
     * Site} constant saves that walk, which takes far longer than the allocation. Before any allocation is refused for want of
     * room, tryAllocate's too, it may wait up to 250 ms, once a second at most, for slabs that idle threads of other
     * processes keep; so may all threads that are refused meanwhile. An interrupt ends the wait and is kept.
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
        return allocate(spec.size(), tags.idOf(spec.tag()), siteOf(spec), requestOf(spec));
    }

    /** As {@link #allocate(BlockSpec)}, with the line to blame where the spec names none. */
    public Block allocate(BlockSpec spec, Site site) {
        return allocate(spec.size(), tags.idOf(spec.tag()), siteOf(spec, site), requestOf(spec));
    }

    private Block allocate(long size, int tag, int site, int flags) {
        Block block = heap.tryAllocate(size, tag, site, flags);
        if (block == null) {
            throw heap.refusal(size, tag, site);
        }
        return block;
    }

    /** As {@link #allocate(long)}, with the same wait, but null where there is no room. */
    public Block tryAllocate(long size) {
        return tryAllocate(size, Tag.GENERAL, capture());
    }

    /** As {@link #allocate(long, Site)}, but null where there is no room. */
    public Block tryAllocate(long size, Site site) {
        return tryAllocate(size, Tag.GENERAL, site);
    }

    /** As {@link #allocate(long, Tag, Site)}, but null where there is no room. */
    public Block tryAllocate(long size, Tag tag, Site site) {
        return heap.tryAllocate(size, tags.idOf(tag), sites.idOf(site), 0);
    }

    /** As {@link #allocate(BlockSpec)}, but null where there is no room. */
    public Block tryAllocate(BlockSpec spec) {
        return heap.tryAllocate(spec.size(), tags.idOf(spec.tag()), siteOf(spec), requestOf(spec));
    }

    /** As {@link #allocate(BlockSpec, Site)}, but null where there is no room. */
    public Block tryAllocate(BlockSpec spec, Site site) {
        return heap.tryAllocate(spec.size(), tags.idOf(spec.tag()), siteOf(spec, site), requestOf(spec));
    }

    /**
     * Allocates so many blocks of one kind, all or none.
     *
     * @throws OutOfSharedMemoryException if there is no room for all of them; none is allocated
     */
    public Block[] allocateAll(int count, BlockSpec spec) {
        return allocateAll(count, spec, siteOf(spec));
    }

    /** As {@link #allocateAll(int, BlockSpec)}, with the line to blame where the spec names none. */
    public Block[] allocateAll(int count, BlockSpec spec, Site site) {
        return allocateAll(count, spec, siteOf(spec, site));
    }

    private Block[] allocateAll(int count, BlockSpec spec, int site) {
        if (count < 0) {
            throw new IllegalArgumentException("a number of blocks is at least 0, not " + count);
        }
        int tag = tags.idOf(spec.tag());
        int request = requestOf(spec);
        Block[] blocks = new Block[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = heap.tryAllocate(spec.size(), tag, site, request);
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

    int requestOf(BlockSpec spec) {
        return spec.type() == null ? spec.flags() : Heap.request(spec.flags(), types.idOf(spec.type()));
    }

    private int siteOf(BlockSpec spec, Site otherwise) {
        return sites.idOf(spec.site() == null ? otherwise : spec.site());
    }

    private int siteOf(BlockSpec spec) {
        return sites.idOf(spec.site() == null ? capture() : spec.site());
    }

    // ---------------------------------------------------------------- scopes

    /**
     * Opens a scope: what is allocated through it and neither freed nor handed on when it closes is a leak under its name.
     * Names need not differ; of a long one the first 96 bytes are kept.
     *
     * @throws IllegalStateException if the region is attached read-only, or closed in this process
     */
    public Scope scope(String name) {
        try {
            Objects.requireNonNull(name, "name");
            heap.checkOpen();
            if (named == null) {
                throw new IllegalStateException("the region is attached read-only: nothing can be allocated");
            }
            return new Scope(this, name, named.openScope(name));
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    /**
     * A place of this process where blocks are kept on purpose: a queue, a table, a list. A block that is in none can be
     * told from one that is: see {@code shm leaks --unrecorded}.
     *
     * @throws IllegalStateException if the region is attached read-only, or closed in this process
     */
    public Holder holder(String name) {
        try {
            Objects.requireNonNull(name, "name");
            heap.checkOpen();
            if (named == null) {
                throw new IllegalStateException("the region is attached read-only: nothing can be held");
            }
            return new Holder(this, name, named.openHolder(name));
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    void closedHolder(int id) {
        named.closedHolder(id);
    }

    Block allocate(ScopedBlocks scope, long size, Tag tag, Site site, int flags) {
        int tagId = tags.idOf(tag);
        int siteId = sites.idOf(site);
        Block block = scope.tryAllocate(size, tagId, siteId, flags);
        if (block == null) {
            throw heap.refusal(size, tagId, siteId);
        }
        return block;
    }

    void closed(ScopedBlocks scope) {
        named.closed(scope);
    }

    boolean isClosed() {
        return heap.isClosed();
    }

    Site capture() {
        return heap.keepsSites() ? siteCapture.capture() : Site.UNKNOWN;
    }

    // ---------------------------------------------------------------- use

    /**
     * The block that a handle names, which any process may have allocated.
     *
     * @throws StaleHandleException if it names no block in use; the message says what became of it
     */
    public Block resolve(long handle) {
        try {
            Block block = heap.resolve(handle);
            if (block == null) {
                heap.faults().staleHandle(handle, 0);
                throw new StaleHandleException(heap.describe(handle));
            }
            return block;
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    /** Frees a block; nothing happens for null. Fails as {@link Block#free()}. */
    public void free(Block block) {
        if (block != null) {
            block.free();
        }
    }

    /** As {@link #free(Block)}, noting the line that frees. */
    public void free(Block block, Site site) {
        if (block != null) {
            block.free(site);
        }
    }

    /** Frees the block that a handle names. Fails as {@link #resolve} and {@link Block#free()}. */
    public void free(long handle) {
        toFree(handle, 0).free();
    }

    /** As {@link #free(long)}, noting the line that frees. */
    public void free(long handle, Site site) {
        toFree(handle, sites.idOf(site)).free(site);
    }

    private Block toFree(long handle, int site) {
        try {
            Block block = heap.resolve(handle);
            if (block == null) {
                heap.faults().freeOfStaleHandle(handle, site);
                throw new StaleHandleException(heap.describe(handle));
            }
            return block;
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    // ---------------------------------------------------------------- cells

    /**
     * A cell with a name, the same one in every process; made, and empty, if the name is new.
     *
     * @throws IllegalArgumentException if the name is empty, or longer than {@link Roots#MAX_NAME_BYTES}
     * @throws IllegalStateException if the region has no room for another root, or is attached read-only
     */
    public Slot root(String name) {
        return roots.get(name);
    }

    /**
     * An array of cells in the root of this name; made if there is none. Of several processes that do this at once all get
     * the same array.
     *
     * @throws IllegalStateException if the root holds another kind of block, or an array of another length
     * @throws OutOfSharedMemoryException if there is no room for it
     */
    public CellArray array(String name, int length) {
        BlockSpec spec = CellArray.specOf(length);
        BlockSpec complete = spec.site(siteCapture.capture());
        Block block = root(name).getOrAllocate(() -> allocate(complete));
        CellArray array;
        try {
            array = new CellArray(cells, block);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("root '" + name + "' holds something else than an array: " + block, e);
        }
        if (array.length() != length) {
            throw new IllegalStateException(
                    "root '" + name + "' holds an array of " + array.length() + " elements, not of " + length);
        }
        return array;
    }

    /**
     * A channel of this name for so many messages, made if there is none. Of several processes that do this at once all get
     * the same channel. A channel's name is that of a root.
     *
     * @throws IllegalStateException if the root holds another kind of block, or a channel of other options
     * @throws OutOfSharedMemoryException if there is no room for it
     */
    public Channel channel(String name, int capacity) {
        return channel(name, ChannelOptions.capacity(capacity));
    }

    /** As {@link #channel(String, int)}, of any options. */
    public Channel channel(String name, ChannelOptions options) {
        checkJoined();
        BlockSpec spec = Channel.specOf(options).site(siteCapture.capture());
        Block block = root(name).getOrAllocate(() -> {
            Block fresh = allocate(spec);
            Channel.form(segment.memory(), fresh, options);
            return fresh;
        });
        Channel channel;
        try {
            channel = new Channel(name, segment.memory(), map, heap, block);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("root '" + name + "' holds something else than a channel: " + block, e);
        }
        channel.checkIs(options);
        return channel;
    }

    /**
     * A broadcast of this name for so many messages, made if there is none. Of several processes that do this at once all get
     * the same. Its name is that of a root.
     *
     * @throws IllegalStateException if the root holds another kind of block, or a broadcast of other options
     * @throws OutOfSharedMemoryException if there is no room for it
     */
    public Broadcast broadcast(String name, int capacity) {
        return broadcast(name, BroadcastOptions.capacity(capacity));
    }

    /** As {@link #broadcast(String, int)}, of any options. */
    public Broadcast broadcast(String name, BroadcastOptions options) {
        checkJoined();
        BlockSpec spec = Broadcast.specOf(options).site(siteCapture.capture());
        Block block = root(name).getOrAllocate(() -> {
            Block fresh = allocate(spec);
            Broadcast.form(segment.memory(), fresh, options);
            return fresh;
        });
        Broadcast broadcast;
        try {
            broadcast = new Broadcast(name, segment.memory(), map, heap, block);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("root '" + name + "' holds something else than a broadcast: " + block, e);
        }
        if (broadcast.capacity() != options.slots() || broadcast.isDetaching() != options.isDetaching()) {
            throw new IllegalStateException("broadcast '" + name + "' is for " + broadcast.capacity() + " messages and "
                    + (broadcast.isDetaching() ? "detaches" : "does not detach")
                    + " who falls behind: attach to it with the same options");
        }
        return broadcast;
    }

    /**
     * Requests of this name, for so many calls at a time, made if there are none. Of several processes that do this at once
     * all get the same. Their name is that of a root.
     *
     * @throws IllegalStateException if the root holds another kind of block, or requests of other options
     * @throws OutOfSharedMemoryException if there is no room for them
     */
    public Requests requests(String name, int calls) {
        return requests(name, RequestsOptions.calls(calls));
    }

    /** As {@link #requests(String, int)}, of any options. */
    public Requests requests(String name, RequestsOptions options) {
        checkJoined();
        BlockSpec spec = Requests.specOf(options).site(siteCapture.capture());
        Block block = root(name).getOrAllocate(() -> {
            Block fresh = allocate(spec);
            Requests.form(segment.memory(), fresh, options);
            return fresh;
        });
        Requests requests;
        try {
            requests = new Requests(name, segment.memory(), map, heap, block);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("root '" + name + "' holds something else than requests: " + block, e);
        }
        if (requests.capacity() != options.slots() || requests.isRedelivering() != options.isRedelivering()) {
            throw new IllegalStateException("requests '" + name + "' are for " + requests.capacity() + " calls and "
                    + (requests.isRedelivering() ? "deliver again" : "do not deliver again")
                    + ": attach to them with the same options");
        }
        return requests;
    }

    /**
     * A cell of a block whose {@link BlockSpec#type type} has one there.
     *
     * @param offset in the payload, bytes
     * @throws IllegalArgumentException if it has none there
     */
    public Slot slot(Block block, long offset) {
        return cells.slot(block, offset);
    }

    /** What others offer blocks to, to reach this process: pass it on with the words that programs exchange. */
    public Participation participation() {
        checkJoined();
        return new Participation(membership.slot(), membership.incarnation());
    }

    /**
     * Offers a block to one participant: it becomes that one's own when it accepts, and stays this process's until then.
     *
     * @return the handle to tell the other, and to {@link #withdraw} the offer with
     * @throws StaleHandleException if the block is not this process's own
     */
    public long offer(Block block, Participation target) {
        checkJoined();
        return cells.offer(block, target, Site.UNKNOWN);
    }

    /** As {@link #offer(Block, Participation)}, noting the line that offers. */
    public long offer(Block block, Participation target, Site site) {
        checkJoined();
        return cells.offer(block, target, site);
    }

    /** The block that another has offered to this process, its own now under a new handle; null if it is not on offer. */
    public Block accept(long handle) {
        return cells.accept(handle, participation(), Site.UNKNOWN);
    }

    /** As {@link #accept(long)}, noting the line that accepts. */
    public Block accept(long handle, Site site) {
        return cells.accept(handle, participation(), site);
    }

    /** Takes back what this process has offered, under a new handle; null if the other was faster. */
    public Block withdraw(long handle) {
        checkJoined();
        return cells.withdraw(handle, Site.UNKNOWN);
    }

    /** As {@link #withdraw(long)}, noting the line that withdraws. */
    public Block withdraw(long handle, Site site) {
        checkJoined();
        return cells.withdraw(handle, site);
    }

    private void checkJoined() {
        if (membership == null) {
            throw new IllegalStateException("attached read-only: nobody can hand anything to this process");
        }
    }

    /** What another process passes to {@link #attach(String)}. */
    public String reference() {
        return segment.reference();
    }

    /**
     * For a region without a name: no further process can attach after this, except root.
     *
     * @throws IllegalStateException if the region may grow, which it does by that descriptor
     */
    public void closeHandOver() {
        segment.closeHandOver();
    }

    /** Bytes as requested. */
    public long size() {
        return size;
    }

    /** Bytes whose space is taken, rounded up to pages; of a region that grows there are more and more. */
    public long mappedSize() {
        return segment.mappedSize();
    }

    /** Bytes that the region may grow to; those that it has, if it does not grow. */
    public long maximumSize() {
        return maximumSize;
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
        try {
            Objects.requireNonNull(level, "level");
            if (membership == null || closed) {
                throw new IllegalStateException(closed ? "the region is closed in this process" : "attached read-only");
            }
            RegionHeader.setLevel(segment.memory(), level);
            heap.tick(now());
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    // ---------------------------------------------------------------- events

    /**
     * Tells a listener what this process does to the region's blocks: allocates, frees, resizes, publishes, takes, and what
     * is proven to be wrong. Without any listener nothing of it costs anything. What other processes do is in the trace.
     *
     * @throws IllegalStateException if the region is closed in this process
     */
    public void listen(EventListener listener) {
        Objects.requireNonNull(listener, "listener");
        heap.checkOpen();
        heap.listen(listener);
    }

    /** Ends {@link #listen}; a thread that is just telling the listener may end that. */
    public void stopListening(EventListener listener) {
        heap.stopListening(listener);
    }

    /**
     * Switches the region's flight recorder on, for all its processes: each event is written into a ring in the region, which
     * keeps the last ones and outlives the processes; {@code shm trace} shows it. Other processes follow within 100 ms.
     *
     * @param entries of each of the {@value EventTrace#RINGS} rings, 64 bytes each; rounded up to a power of two. Of no
     *     effect where the region has a recorder already, which stays as large as it is, for good
     * @throws io.shm.error.OutOfSharedMemoryException if there is no room for the rings
     * @throws IllegalStateException if the region is attached read-only, or closed in this process, or if its root {@code
     *     shm.trace} holds something else
     * @throws IllegalArgumentException if the number is below 1 or above 2^20
     */
    public void startTrace(int entries) {
        checkMayTrace();
        trace.start(entries);
    }

    /**
     * Switches the flight recorder off. What it has stays to be read, until it is switched on again and written over.
     *
     * @return whether there is one
     * @throws IllegalStateException if the region is attached read-only, or closed in this process
     */
    public boolean stopTrace() {
        checkMayTrace();
        return trace.stop();
    }

    private Block traceBlock(long bytes) {
        return allocate(
                BlockSpec.of(bytes)
                        .tag(EventTrace.TAG)
                        .alignment(EventLog.ALIGNMENT)
                        .pinned(),
                EventTrace.SITE);
    }

    private void checkMayTrace() {
        heap.checkOpen();
        if (membership == null) {
            throw new IllegalStateException("attached read-only");
        }
    }

    // ---------------------------------------------------------------- the dead

    /**
     * Looks for participants that have died, and settles what they held as the region's policy says. Every process does so
     * by itself ten times a second, when it attaches, and before an allocation is refused; so this is for who cannot wait.
     *
     * @return whether there were any
     * @throws IllegalStateException if the region is attached read-only, or closed in this process
     */
    public boolean reapDead() {
        try {
            if (reaper == null) {
                throw new IllegalStateException("the region is attached read-only: nothing can be reaped");
            }
            heap.checkOpen();
            return reaper.reapDead();
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    /**
     * What this process holds, by site: what it would leave to the policy if it left now, or has left once it is closed.
     * Blocks that are recorded in cells are nobody's and not among them. Empty if attached read-only.
     */
    public synchronized List<LeftBehind> leftBehind() {
        try {
            if (membership == null) {
                return List.of();
            }
            return closed
                    ? leftBehind
                    : LeftBehind.of(reclaim(segment.memory(), 0).holdings(membership.slot()), sites);
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    /**
     * Takes over the blocks of processes that are gone: each becomes this process's own, and the listener is told. Those
     * that are orphans already come first. One listener a process; a second call replaces the first.
     *
     * @throws IllegalStateException if the region's policy is not adopt, or it is attached read-only or closed
     */
    public synchronized void onOrphan(OrphanListener listener) {
        try {
            Objects.requireNonNull(listener, "listener");
            heap.checkOpen();
            if (membership == null || policy != RegionOptions.Policy.ADOPT) {
                throw new IllegalStateException(
                        membership == null
                                ? "the region is attached read-only: nothing can be taken over"
                                : "the region's policy is " + policy.name().toLowerCase(Locale.ROOT)
                                        + ": only where it is adopt are orphans taken over");
            }
            if (adoption != null) {
                adoption.stop();
            }
            adoption = new Adoption(
                    heap, new LedgerScan(segment.memory(), map), sites, tags, participants, createdAt, listener);
            adoption.look();
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    /**
     * Frees a block that nobody owns: an orphan, with all that hangs in its cells, or one in quarantine, whose cells are not
     * believed: what hangs there stays, and is a leak then. An operator's decision, under every policy. Dies in the middle:
     * what it had withheld or taken out is settled as its own, the rest is as it was.
     *
     * @param offset a place in the block, as {@link Block#offset()}
     * @return false if no such block is there, or another process was first
     * @throws IllegalStateException if the region is attached read-only, or closed in this process
     */
    public boolean release(long offset) {
        try {
            heap.checkOpen();
            if (membership == null) {
                throw new IllegalStateException("the region is attached read-only: nothing can be released");
            }
            RecordView block = new LedgerScan(segment.memory(), map).blockAt(offset);
            return block != null
                    && (block.state() == BlockState.ORPHAN || BlockStates.is(block.word(), BlockState.QUARANTINE))
                    && heap.freeUnowned(block);
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    private Settlement settlement(SharedMemory memory, int process, Settlement.Witness witness) {
        return new Settlement(() -> reclaim(memory, process), witness);
    }

    private Reclaim reclaim(SharedMemory memory, int process) {
        return new Reclaim(memory, map, new Tags(memory, map), process, keeps(), now());
    }

    private boolean keeps() {
        return policy != RegionOptions.Policy.FREE;
    }

    /** By the housekeeper, ten times a second: is the memory there, is this process's place its own, has anybody died? */
    private void look() {
        if (segment.isTruncated()) {
            forsake(String.format(
                    Locale.ROOT,
                    "somebody has truncated the region's file: it had %,d bytes; this process has left the region",
                    segment.memory().size()));
        } else if (!participants.isActive(membership)) {
            forsake(
                    "this process was taken for dead, or its place in the region is damaged: its blocks may be another's"
                            + " by now, so it has left the region");
        } else {
            if (reaper.reapDead()) {
                recounts.request();
            }
            recounts.look();
            Adoption current = adoption;
            if (current != null) {
                current.look();
            }
        }
    }

    /** Before an allocation is refused: what the dead hold, what they had charged, and what others keep for nothing. */
    private boolean makesRoom() {
        boolean reaped = reaper.reapDead();
        boolean recounted = recounts.beforeRefusal();
        return recounted || reaped || idle.comesBack();
    }

    /** A chore that fails must not end the chores: a lost page is the end, a damaged word is tried again. */
    private void guarded(Runnable chore) {
        try {
            chore.run();
        } catch (InternalError e) {
            if (!Heap.isLoss(e)) {
                throw e;
            }
            forsake(Heap.LOST);
        } catch (RuntimeException e) {
            // Damaged, or closed meanwhile: whoever uses it is told. The other chores, and the next round, must go on.
            return;
        }
    }

    /** Leaves without touching the memory: it is gone, or what was ours may be another's. */
    private synchronized void forsake(String why) {
        if (closed) {
            return;
        }
        closed = true;
        leftBehind = List.of();
        heap.forsake(why);
        endChores();
        segment.close();
        LeaveAtExit.remove(this);
    }

    private void endChores() {
        if (adoption != null) {
            adoption.stop();
        }
        chores.forEach(chore -> chore.cancel(false));
    }

    // ---------------------------------------------------------------- leave

    /**
     * Leaves the region: this process's blocks are freed or kept, as the region's policy says, and the memory is let go.
     * {@link #leftBehind()} then tells which. Idempotent. A thread that is using the region meanwhile gets an
     * IllegalStateException.
     *
     * @throws UnavailableException if the memory turns out to be gone; the region is closed all the same
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        leftBehind = List.of();
        endChores();
        try {
            heap.close();
            if (membership != null) {
                reaper.stop();
                leave();
            }
        } catch (InternalError e) {
            if (!Heap.isLoss(e)) {
                throw e;
            }
            heap.forsake(Heap.LOST);
            throw new UnavailableException(Heap.LOST, e);
        } finally {
            segment.close();
            // Last: a JVM that ends meanwhile waits here until this process has left.
            LeaveAtExit.remove(this);
        }
    }

    private void leave() {
        SharedMemory memory = segment.isolate();
        // What reads the usual view sees zeros by now.
        Sites isolated = new Sites(memory, map);
        Participants last = new Participants(memory, map, new LockFileSlots(segment.lockFile()));
        Notices notices = new Notices(memory, map, last, keeps(), this::now);
        last.leave(membership, settlement(memory, membership.processId(), (slot, held) -> {
            leftBehind = LeftBehind.of(held, isolated);
            notices.holds(slot, held);
        }));
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

    /** More of the segment; whatever refuses it is what the one who is short is told. */
    private record SegmentSpace(Segment segment) implements MoreSpace {
        @Override
        public String take(long from, long to) {
            try {
                segment.takeSpace(from, to);
                return null;
            } catch (ShmException e) {
                return e.getMessage();
            }
        }
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
