package io.shm.inspect;

import io.shm.error.CorruptRegionException;
import io.shm.error.IncompatibleException;
import io.shm.error.NotFoundException;
import io.shm.error.PermissionException;
import io.shm.layout.Geometry;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.ledger.BlockState;
import io.shm.ledger.EventLog;
import io.shm.ledger.FaultLog;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.SlabView;
import io.shm.memory.SharedMemory;
import io.shm.participant.Participants;
import io.shm.segment.Segment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A look at a region from outside: changes nothing, stops nobody, and needs nothing but the bytes.
 *
 * <p>Works on a region in use, on one whose processes have all died, on a copied file, and on damaged bytes: what is
 * damaged is counted and never followed. Consistent per record, not one instant.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class Inspector implements AutoCloseable {
    private final Source source;
    /** Null for memory that was there already. */
    private final Segment segment;
    /** What was given; {@link #memory} are those bytes of it that may be the region's. */
    private SharedMemory given;

    private SharedMemory memory;
    private RegionHeader header;
    private RegionMap map;
    private Participants participants;
    private Names names;
    private Clock clock;

    private Inspector(SharedMemory given, Source source, Segment segment) {
        this.source = source;
        this.segment = segment;
        see(given);
    }

    private void see(SharedMemory bytes) {
        // What is no region at all is named by its path: a mistyped name is easier to see there.
        boolean named = bytes.size() >= Long.BYTES && bytes.getLong(HeaderLayout.MAGIC_OFFSET) == HeaderLayout.MAGIC;
        String name = named ? source.reference() : source.path();
        header = RegionHeader.check(bytes, name, bytes.size(), segment == null ? bytes::size : segment::length);
        given = bytes;
        memory = firstBytes(bytes, header.maximumSize());
        map = header.map();
        participants = new Participants(memory, map, source.locks());
        names = new Names(memory, map);
        clock = new Clock(header.createdAt());
    }

    /** A region that grows may be mapped anew for each look. */
    private void follow() {
        if (segment != null) {
            segment.follow();
            if (segment.memory() != given) {
                see(segment.memory());
            }
        }
    }

    /**
     * Maps a region read-only.
     *
     * @param reference a name, a path, also of a copied file, {@code sysv:0xKEY} or {@code pid:PID[/N]}
     * @throws NotFoundException if there is none
     * @throws PermissionException if its mode does not let us
     * @throws IncompatibleException if it is no region, of another format, or truncated
     * @throws CorruptRegionException if the header contradicts itself
     * @throws IllegalArgumentException if the reference has no such form
     */
    public static Inspector open(String reference) {
        Segment segment = Segment.look(reference);
        boolean opened = false;
        try {
            SharedMemory memory = segment.memory();
            Inspector inspector = new Inspector(memory, Source.of(segment, reference), segment);
            opened = true;
            return inspector;
        } finally {
            if (!opened) {
                segment.close();
            }
        }
    }

    /** The regions of a folder, and segments without a ledger, from a page of each: cheap, and maps nothing. */
    public static List<RegionSummary> list(Path folder) {
        return new RegionFolder().list(folder);
    }

    /**
     * Looks at memory that is there already.
     *
     * @param memory the whole region; need not be writable
     * @throws IncompatibleException if it is no region, of another format, or truncated
     * @throws CorruptRegionException if the header contradicts itself
     */
    public static Inspector of(SharedMemory memory, Source source) {
        return new Inspector(memory, source, null);
    }

    /** What somebody has appended to the file is no part of the region, unless it may grow that far. */
    private static SharedMemory firstBytes(SharedMemory memory, long maximum) {
        return memory.size() <= maximum ? memory : memory.first(maximum);
    }

    public Identity identity() {
        return whole(() -> identity(mapped()));
    }

    private Identity identity(long mapped) {
        return new IdentityReader(memory, header, source, clock).read(mapped, participants.history());
    }

    /** Bytes that the region has now. */
    private long mapped() {
        return memory.sizeFor(header.maximumSize());
    }

    /**
     * Adds everything up, in one walk.
     *
     * @throws CorruptRegionException if somebody truncates the file meanwhile; so do the other methods
     */
    public Picture picture() {
        return whole(this::scan);
    }

    private Picture scan() {
        PictureScan scan = new PictureScan(memory, map);
        LedgerScan ledger = new LedgerScan(memory, map);
        // First the count, then how much there is: others may grow it all the time, but it never shrinks.
        int slabs = ledger.slabCount();
        long mapped = mapped();
        ledger.forEach(slabs, scan);
        Tables tables = new Tables(memory, map, clock, names);
        return new Picture(
                identity(mapped),
                scan.accounts(map, mapped),
                tables.processes(scan, processes()),
                tables.pools(scan),
                tables.sites(scan),
                tables.tags(scan),
                scan.blocks,
                distinctFaults(),
                scan.moved,
                scan.damaged,
                scan.largestFree());
    }

    /**
     * Shows the stretches that a region consists of, in the order of their offsets and without gaps: tables, slabs and runs,
     * free slabs side by side, the tail. Consistent per record, not one instant.
     */
    public void extents(Consumer<Extent> action) {
        whole(() -> {
            LedgerScan ledger = new LedgerScan(memory, map);
            // First the count, then how much there is, as for the picture.
            int slabs = ledger.slabCount();
            new ExtentScan(memory, map, names, processes(), action).run(ledger, slabs, mapped());
            return null;
        });
    }

    /**
     * Checks every invariant of the region; hints and counters only where nobody is attached.
     *
     * <p>Others may work meanwhile: what is half done at one moment is no finding.
     */
    public Verification verify() {
        return whole(() -> new VerificationRows(identity(mapped()), rows(), new LedgerScan(memory, map))
                .of(new Verifier(memory, map).verify()));
    }

    /** The region's channels, by name. */
    public List<ChannelRow> channels() {
        return whole(() -> new ChannelRows(memory, map, processes(), clock).read());
    }

    /** The region's tables of requests, by name. */
    public List<RequestsRow> requests() {
        return whole(() -> new RequestsRows(memory, map, processes(), clock).read());
    }

    /** The calls that are under way in tables of requests, the one first that has been longest. */
    public List<CallRow> calls() {
        return whole(() -> new RequestsRows(memory, map, processes(), clock).calls());
    }

    /** Who subscribes to the region's broadcasts, by broadcast; of each the one first that is furthest behind. */
    public List<SubscriptionRow> subscriptions() {
        return whole(() -> new SubscriptionRows(memory, map, processes()).read());
    }

    /** What the fault log has, in the order of the first times: distinct, counted. */
    public List<FaultRow> faults() {
        return whole(() -> {
            FaultRows rows = new FaultRows(names, processes(), clock);
            return new FaultLog(memory, map).read().stream().map(rows::row).toList();
        });
    }

    /**
     * What the region's trace has that is new since the last look with the same cursor.
     *
     * <p>Others may write meanwhile, and nobody waits for this reader: what was written over before it came is counted.
     */
    public EventsLook events(EventCursor cursor) {
        return whole(() -> new EventRows(names, processes(), clock).look(EventLog.find(memory, map), cursor));
    }

    /** How many reports a full fault log could not take. */
    public long faultsDropped() {
        return whole(() -> new FaultLog(memory, map).dropped());
    }

    /** Shows every block that somebody holds, that is damaged, or out of use for that, in the order of the region. */
    public void blocks(Predicate<BlockRow> filter, Consumer<BlockRow> action) {
        whole(() -> walk(block -> block.damaged() || block.isUsed() || isOutOfUse(block), filter, action));
    }

    /** As {@link #blocks}, the free ones included: their rows tell of their last life, where they had one. */
    public void allBlocks(Predicate<BlockRow> filter, Consumer<BlockRow> action) {
        whole(() -> walk(block -> true, filter, action));
    }

    /**
     * The block that a place belongs to, in use or free: the one that holds it or is nearest in the guards around it.
     *
     * @param offset in the region, any value
     * @return empty in tables, records and places without blocks
     */
    public Optional<BlockRow> blockAt(long offset) {
        return whole(() -> Optional.ofNullable(viewAt(offset)).map(rows()::row));
    }

    /** What lies at a place: a table's entry, a record, a block or what is beside one. Any offset may be asked for. */
    public Explanation explain(long offset) {
        return whole(() -> new Places(map, memory.size(), new LedgerScan(memory, map), rows()).at(offset));
    }

    /**
     * A copy of what a block in use holds, from a place in it on.
     *
     * @param offset in the region, within the requested size of a block
     * @param max most bytes to copy
     * @return empty where nobody holds a block, and for one that is marked secret
     */
    public byte[] payload(long offset, int max) {
        return whole(() -> bytes(offset, max));
    }

    private byte[] bytes(long offset, int max) {
        RecordView block = viewAt(offset);
        if (block == null || block.damaged() || !block.isUsed() || isSecret(block) || offset < block.payloadAt()) {
            return new byte[0];
        }
        long length = Math.min(max, block.payloadAt() + block.size() - offset);
        byte[] bytes = new byte[(int) Math.max(0, length)];
        memory.getBytes(offset, bytes, 0, bytes.length);
        return bytes;
    }

    /** What is leaked; searches at most 1 GiB for words that may lead to a leaked block. */
    public LeakReport leaks() {
        return leaks(false, 1L << 30);
    }

    /**
     * What is leaked: in two walks, while everybody goes on.
     *
     * @param unrecorded whether live blocks count that their owner has in no holder
     * @param mostSearched bytes of blocks to search for words that may lead to a leaked block
     */
    public LeakReport leaks(boolean unrecorded, long mostSearched) {
        return whole(() -> new LeakSearch(memory, map, names, clock, this::processes, unrecorded, mostSearched).run());
    }

    /**
     * Copies the region into a file that is a region too, for looking only; nothing is known there about who is alive. It
     * appears as a whole, for this user alone, in place of what was there. Others may go on meanwhile: each record is
     * copied as it was at one instant, payload as it is; that of secret blocks is left out.
     *
     * @throws IOException if it cannot be written; nothing is left behind
     */
    public void snapshot(Path target) throws IOException {
        // Which also looks how long it is by now.
        identity();
        try (CopyFile file = new CopyFile(target, mapped())) {
            whole(() -> {
                try {
                    new Snapshot(memory, map, file).take();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return null;
            });
            file.commit();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        source.close().run();
    }

    /** A page that the file has lost is an InternalError of the JVM, at the read or a little later. */
    private <T> T whole(Supplier<T> look) {
        try {
            follow();
            return look.get();
        } catch (InternalError e) {
            if (e.getMessage() == null || !e.getMessage().contains("unsafe memory access")) {
                throw e;
            }
            throw new CorruptRegionException(source.reference() + " was truncated while it was looked at", e);
        }
    }

    private Void walk(Predicate<RecordView> wanted, Predicate<BlockRow> filter, Consumer<BlockRow> action) {
        BlockRows rows = rows();
        new LedgerScan(memory, map).forEach(new LedgerScan.Visitor() {
            @Override
            public void slab(SlabView slab) {}

            @Override
            public void block(SlabView slab, RecordView block) {
                if (wanted.test(block)) {
                    BlockRow row = rows.row(block);
                    if (filter.test(row)) {
                        action.accept(row);
                    }
                }
            }
        });
        return null;
    }

    private RecordView viewAt(long offset) {
        LedgerScan scan = new LedgerScan(memory, map);
        RecordView block = scan.blockAt(offset);
        // The guard before a run's first block is no block's; a place in it is one guard before that block.
        return block != null || offset > mapped() ? block : scan.blockAt(offset + Geometry.GUARD_BYTES);
    }

    private static boolean isOutOfUse(RecordView block) {
        return block.state() == BlockState.QUARANTINE;
    }

    private static boolean isSecret(RecordView block) {
        return (block.flags() & RecordWords.SECRET) != 0;
    }

    private long distinctFaults() {
        return new FaultLog(memory, map).faults();
    }

    private BlockRows rows() {
        Processes processes = processes();
        return new BlockRows(names, processes, clock, new HeldIn(memory, map, processes));
    }

    private Processes processes() {
        return new Processes(participants, source.copy());
    }
}
