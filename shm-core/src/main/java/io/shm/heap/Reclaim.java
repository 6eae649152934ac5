package io.shm.heap;

import io.shm.layout.Geometry;
import io.shm.layout.Handle;
import io.shm.layout.HeaderLayout;
import io.shm.layout.ParticipantLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabLayout;
import io.shm.layout.StateWord;
import io.shm.ledger.Author;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.BroadcastBlock;
import io.shm.ledger.Cells;
import io.shm.ledger.ChannelBlock;
import io.shm.ledger.EventKind;
import io.shm.ledger.EventLog;
import io.shm.ledger.Handover;
import io.shm.ledger.HandoverStates;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.RequestsBlock;
import io.shm.ledger.Sharing;
import io.shm.ledger.Sites;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabStates;
import io.shm.ledger.SlabView;
import io.shm.ledger.Tags;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Settles everything that carries the owner number of a participant that is gone: its blocks by the region's policy,
 * its slabs, its half-done claims.
 *
 * <p>By whoever holds the slot's liveness lock, so that nobody else acts for this owner; concurrently with everybody
 * else's work. Idempotent: each step is one CAS from the word seen, so whoever follows a reclaimer that died begins
 * again and finds only what is left.
 */
public final class Reclaim {
    /** The states in which a block is somebody's, whatever it is on its way to. */
    private static final int HELD_BY_OWNER =
            1 << BlockState.LIVE.code() | 1 << BlockState.TAKE.code() | 1 << BlockState.OFFER.code();

    private final SharedMemory memory;
    private final RegionMap map;
    private final int process;
    private final boolean keeps;
    private final long nowMs;
    private final LedgerScan scan;
    /** For what is taken on the way: a view is good until the next read of its scan. */
    private final LedgerScan inner;

    private final LedgerScan finder;

    private final SlabSource source;
    private final Contents contents;
    private final Sharing sharing;
    private final Handover handover;
    /** Records that are the dead one's since this walk: taken out of the cells of a block that is freed, or withheld. */
    private final Deque<Long> taken = new ArrayDeque<>();

    private final GuardCheck guards;

    private Author author;

    /** Null where nothing is traced. */
    private final EventLog events;

    private final FreedTotals freed;

    /** The slab where records were freed that nobody has been told of yet; -1 for none. */
    private int freedIn = -1;

    /** Slabs of the gone one in which the walk has seen all blocks free: nobody else allocates from them. */
    private final BitSet emptied = new BitSet();

    /** Records of the channels, tables of requests and broadcasts that the walk has met. */
    private final List<Long> channels = new ArrayList<>();

    /** {@link Types#NONE} where no channel was ever made. */
    private int channelType;

    /** The same of tables of requests. */
    private int requestsType;

    /** The same of broadcasts. */
    private int broadcastType;

    /** The process id of whoever is settled. */
    private int gone;

    /**
     * @param process who reclaims, by its id in the process history
     * @param keeps the region's policy: live blocks become orphans, rather than free
     */
    public Reclaim(SharedMemory memory, RegionMap map, Tags tags, int process, boolean keeps, long nowMs) {
        this.memory = memory;
        this.map = map;
        this.process = process;
        this.keeps = keeps;
        this.nowMs = nowMs;
        this.freed = new FreedTotals(memory, map, tags, nowMs);
        this.scan = new LedgerScan(memory, map);
        this.inner = scan.another();
        this.finder = scan.another();
        this.source = new SlabSource(memory, map, 0);
        this.contents = new Contents(memory, map, new Types(memory, map));
        this.sharing = contents.sharing();
        this.handover = contents.handover();
        EventLog log = EventLog.find(memory, map);
        this.events = log != null && log.isOn() ? log : null;
        this.guards = new GuardCheck(
                memory,
                new Faults(memory, map, process, new Sites(memory, map), scan.another(), () -> nowMs),
                scan.another());
    }

    /** What the participant in a slot holds now, by site; changes nothing. */
    public Tally holdings(int slot) {
        Tally held = new Tally();
        scan.forEachSlab(slab -> {
            if (slab.geometry() != null) {
                addHeld(held, slab, slot + 1);
            }
        });
        return held;
    }

    /** Settles what the participant in a slot held. */
    public void reclaim(int slot) {
        reclaim(slot, held -> {});
    }

    /**
     * As the other.
     *
     * <p>Publications first, all of them: whoever meets one of the dead one's may claim for it the block that it displaces,
     * anywhere in the region. After that nobody makes a word with its number any more, and one walk finds all. A channel
     * that the dead one used may be half-published by another that is stopped: that is finished, too.
     *
     * @param witness told what it holds, by site, before any of it is freed or kept
     */
    public void reclaim(int slot, Consumer<Tally> witness) {
        gone = (int) memory.getLong(RegionMap.participantAt(slot) + ParticipantLayout.PROCESS_OFFSET)
                & RecordWords.PROCESS_MASK;
        author = new OfTheGone(slot + 1);
        findTypes();
        witness.accept(settlePublications(slot + 1));
        settleBlocks(slot);
        settleChannels(slot + 1);
        tellOfFrees();
        freed.addUp();
        scan.forEachSlab(slab -> reclaimSlab(slab, slot + 1));
    }

    private Tally settlePublications(int owner) {
        Tally held = new Tally();
        scan.forEachSlab(slab -> {
            if (slab.geometry() != null && addHeld(held, slab, owner)) {
                settlePublications(slab, owner, held);
            }
        });
        return held;
    }

    /**
     * Adds up what a participant holds in one slab: by its words alone, for nobody else writes a record while that stands, and a
     * number that is off harms nobody.
     *
     * @return whether there are publications, anybody's
     */
    private boolean addHeld(Tally held, SlabView slab, int owner) {
        long recordAt = RecordLayout.recordAt(map.slabAt(slab.slab()), 0);
        long end = recordAt + (long) slab.geometry().count() * RecordLayout.LENGTH;
        boolean published = false;
        // Of one site mostly: what it holds is kept here until another comes.
        int site = 0;
        long blocks = 0;
        long bytes = 0;
        for (; recordAt < end; recordAt += RecordLayout.LENGTH) {
            long word = memory.getLongAcquire(recordAt);
            if (isHeldBy(owner, word)) {
                int its = RecordWords.siteOf(memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET));
                if (its != site) {
                    addTo(held, site, blocks, bytes);
                    site = its;
                    blocks = 0;
                    bytes = 0;
                }
                blocks++;
                bytes += RecordWords.sizeOf(memory.getLong(recordAt + RecordLayout.SIZE_OFFSET));
            } else {
                published |= isPublication(word);
            }
        }
        addTo(held, site, blocks, bytes);
        return published;
    }

    private static boolean isHeldBy(int owner, long word) {
        return StateWord.owner(word) == owner && (HELD_BY_OWNER >>> StateWord.state(word) & 1) != 0;
    }

    private void addTo(Tally held, int site, long blocks, long bytes) {
        if (blocks != 0) {
            held.add(site < map.siteCount() ? site : 0, blocks, bytes);
        }
    }

    private void settlePublications(SlabView slab, int owner, Tally held) {
        long slabAt = map.slabAt(slab.slab());
        for (int index = 0; index < slab.geometry().count(); index++) {
            long recordAt = RecordLayout.recordAt(slabAt, index);
            long word = memory.getLongAcquire(recordAt);
            if (isPublication(word) && StateWord.owner(word) != owner) {
                helpChannel(slab, recordAt);
            } else if (isPublication(word)) {
                RecordView block = scan.blockOf(slab, recordAt);
                if (!block.damaged() && block.owner() == owner && isPublication(block.word())) {
                    handover.settlePublication(author, block.recordAt(), block.word());
                }
                if (isHeldBy(owner, memory.getLongAcquire(recordAt))) {
                    addTo(
                            held,
                            RecordWords.siteOf(memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET)),
                            1,
                            RecordWords.sizeOf(memory.getLong(recordAt + RecordLayout.SIZE_OFFSET)));
                }
            }
        }
    }

    private void helpChannel(SlabView slab, long recordAt) {
        if (isOfChannels(recordAt)) {
            RecordView block = scan.blockOf(slab, recordAt);
            if (block != null && !block.damaged() && isPublication(block.word())) {
                handover.helpPublished(author, recordAt, block.word());
            }
        }
    }

    private void findTypes() {
        Types types = new Types(memory, map);
        channelType = types.find(ChannelBlock.TYPE);
        requestsType = types.find(RequestsBlock.TYPE);
        broadcastType = types.find(BroadcastBlock.TYPE);
    }

    /** Where blocks are kept, and where each is told of, none is plain. */
    private void settleBlocks(int slot) {
        PlainBlocks plain = keeps || events != null
                ? null
                : new PlainBlocks(memory, map, freed, slot + 1, process, nowMs, hasChannels());
        emptied.clear();
        scan.forEachSlab(slab -> {
            if (slab.geometry() != null && (plain == null || freePlain(plain, slab, slot + 1))) {
                settleBlocks(slab, slot);
            }
        });
    }

    /** @return whether the slab has more to settle */
    private boolean freePlain(PlainBlocks plain, SlabView slab, int owner) {
        plain.free(slab);
        if (plain.anyFreed()) {
            hint(slab);
        }
        if (plain.allFree() && slab.state() == SlabState.OWN && slab.owner() == owner) {
            emptied.set(slab.slab());
        }
        return plain.anyLeft();
    }

    private void settleBlocks(SlabView slab, int slot) {
        int owner = slot + 1;
        long slabAt = map.slabAt(slab.slab());
        for (int index = 0; index < slab.geometry().count(); index++) {
            long recordAt = RecordLayout.recordAt(slabAt, index);
            long word = memory.getLongAcquire(recordAt);
            if (StateWord.state(word) == BlockState.HELD.code() && isOfChannels(recordAt)) {
                channels.add(recordAt);
            } else if (StateWord.owner(word) == owner || isShared(word)) {
                RecordView block = scan.blockOf(slab, recordAt);
                if (!block.damaged() && (block.owner() == owner || isShared(block.word()))) {
                    reclaimBlock(slab, block, slot);
                    settleContents();
                }
            }
        }
    }

    private boolean hasChannels() {
        return channelType != Types.NONE || requestsType != Types.NONE || broadcastType != Types.NONE;
    }

    private boolean isOfChannels(long recordAt) {
        if (!hasChannels()) {
            return false;
        }
        int type = RecordWords.typeOf(memory.getLong(recordAt + RecordLayout.SIZE_OFFSET));
        return type != Types.NONE && (type == channelType || type == requestsType || type == broadcastType);
    }

    /** What the dead one had begun in slots of channels; after its blocks, so that whoever is told of orphans finds all. */
    private void settleChannels(int owner) {
        for (long recordAt : channels) {
            int slab = (int) map.slabOf(recordAt);
            RecordView block = inner.block(slab, RecordLayout.indexOf(map.slabAt(slab), recordAt));
            ChannelBlock channel = channelOf(block);
            RequestsBlock requests =
                    isHeldOf(block, requestsType) ? RequestsBlock.of(memory, block.payloadAt(), block.size()) : null;
            BroadcastBlock broadcast =
                    isHeldOf(block, broadcastType) ? BroadcastBlock.of(memory, block.payloadAt(), block.size()) : null;
            if (channel != null) {
                channel.reclaim(memory, owner);
                channel.tellOfOrphans(memory);
            } else if (broadcast != null) {
                broadcast.reclaim(memory, owner, cell -> contents.takeOut(author, cell, 0, taken::add));
                settleContents();
            } else if (requests != null) {
                requests.reclaim(memory, owner, cell -> contents.takeOut(author, cell, 0, taken::add));
                settleContents();
            }
        }
    }

    private ChannelBlock channelOf(RecordView block) {
        return isHeldOf(block, channelType) ? ChannelBlock.of(memory, block.payloadAt(), block.size()) : null;
    }

    private static boolean isHeldOf(RecordView block, int type) {
        return block != null
                && type != Types.NONE
                && !block.damaged()
                && block.state() == BlockState.HELD
                && block.type() == type
                && block.size() <= block.capacity();
    }

    /**
     * Whether a live block is a message that its receiver had not finished, and is to be delivered again. Also where the note
     * is still that of the queue: it died before it had noted that it took the block.
     */
    private boolean isUnfinished(RecordView block) {
        if (channelType == Types.NONE) {
            return false;
        }
        boolean received = switch (block.action()) {
            case BlockStates.QUEUED, BlockStates.QUEUE_FREED, BlockStates.TAKEN, BlockStates.UNFINISHED -> true;
            default -> false;
        };
        if (!received || !Cells.canLieAt(map, memory.size(), block.cell()) || Cells.isRoot(map, block.cell())) {
            return false;
        }
        ChannelBlock channel = channelOf(finder.blockAt(block.cell()));
        return channel != null && channel.again();
    }

    /**
     * Sets what budgets have in use to what the records say, now that the participant in a slot is settled. Nothing happens
     * while somebody is in the middle of a charge: until the next recount the budget then refuses early, by what the dead
     * one had charged without a block.
     */
    public boolean recount(int slot) {
        return new Recount(memory, map, slot).run();
    }

    private static boolean isPublication(long word) {
        int state = StateWord.state(word);
        return state == BlockState.PUB.code() || state == BlockState.PUBS.code();
    }

    private static boolean isShared(long word) {
        return StateWord.state(word) == BlockState.SHARED.code();
    }

    private void reclaimBlock(SlabView slab, RecordView block, int slot) {
        long recordAt = block.recordAt();
        switch (block.state()) {
            case RESERVED -> {
                // Perhaps it died before it had emptied and wiped it; if it was only reserved, nobody minds.
                takeContentsOfReserved(block);
                wipeIfSecret(block);
                if (BlockStates.withdraw(memory, recordAt, block.word())) {
                    hint(slab);
                    trace(block, EventLog.WAS_WITHHELD);
                }
            }
            case SHARED -> sharing.settle(author, recordAt, block.word(), slot);
            case TAKE, OFFER -> {
                long live = handover.settleTransfer(recordAt, block.word(), author.freshGeneration());
                if (live != 0) {
                    settle(slab, block, live);
                }
            }
            case LIVE -> settle(slab, block, block.word());
            default -> {
                // A publication that has become somebody's meanwhile.
            }
        }
    }

    private void settle(SlabView slab, RecordView block, long live) {
        long recordAt = block.recordAt();
        if (isUnfinished(block)) {
            BlockStates.note(memory, recordAt, gone, block.site(), BlockStates.UNFINISHED, nowMs);
            BlockStates.orphan(memory, recordAt, live);
            return;
        }
        if (keeps) {
            // An orphan's word names nobody: the note says whose it was.
            BlockStates.note(memory, recordAt, gone, block.site(), BlockStates.ORPHANED, nowMs);
            BlockStates.orphan(memory, recordAt, live);
            return;
        }
        takeContents(block);
        BlockStates.note(memory, recordAt, process, block.site(), BlockStates.RECLAIMED, nowMs);
        makeWhole(slab, block, live);
        wipeIfSecret(slab, block);
        if (BlockStates.free(memory, recordAt, live)) {
            hint(slab);
            countFreed(slab, block);
            trace(block, 0);
        }
    }

    /** After the free: one that dies in between leaves it out. */
    private void trace(RecordView block, long detail) {
        if (events != null) {
            int tag = block.tag() < map.tagCount() ? block.tag() : Tags.GENERAL;
            long thread = Thread.currentThread().getId();
            events.write(
                    EventLog.RECLAIMS,
                    EventKind.RECLAIMED,
                    0,
                    tag,
                    nowMs,
                    process,
                    thread,
                    block.payloadAt(),
                    block.handle(),
                    block.size(),
                    detail);
        }
    }

    /** Dies half-way: what was taken is the dead one's, and found by the next walk; what was not is still in its cell. */
    private void takeContents(RecordView block) {
        contents.take(author, block.type(), block.payloadAt(), block.size(), block.site(), taken::add);
    }

    /** As {@link #takeContents}, of a block whose record may be half-written: then there is nothing for it in the cells. */
    private void takeContentsOfReserved(RecordView block) {
        long payloadAt = Geometry.align(block.payloadAt(), Math.min(Geometry.MAX_ALIGNMENT, block.alignment()));
        long size = Math.min(block.size(), block.capacity() - (payloadAt - block.payloadAt()));
        contents.take(author, block.type(), payloadAt, size, block.site(), taken::add);
    }

    /** A list and no recursion: a chain of blocks may be as long as the region. */
    private void settleContents() {
        for (Long recordAt = taken.poll(); recordAt != null; recordAt = taken.poll()) {
            int slab = (int) map.slabOf(recordAt);
            RecordView block = inner.block(slab, RecordLayout.indexOf(map.slabAt(slab), recordAt));
            if (block != null && block.owner() == author.owner() && block.state() == BlockState.RESERVED) {
                freeWithheld(inner.slab(slab), block);
                continue;
            }
            if (block != null
                    && !block.damaged()
                    && block.state() == BlockState.LIVE
                    && block.owner() == author.owner()) {
                settle(inner.slab(slab), block, block.word());
            }
        }
    }

    /** Acts in the name of the dead: what it takes is settled like the rest, and found by the next reclaimer. */
    private final class OfTheGone implements Author {
        private final int owner;

        OfTheGone(int owner) {
            this.owner = owner;
        }

        @Override
        public int owner() {
            return owner;
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
            long generation = memory.getAndAddLong(HeaderLayout.GENERATION_OFFSET, 1);
            return (generation & Handle.GENERATION_MASK) == 0 ? freshGeneration() : generation;
        }

        /** Dies after: a reservation of the dead one, for the next. Freed when what hangs in its cells is taken out. */
        @Override
        public void freeUnheld(long recordAt, long shared) {
            if (HandoverStates.withholdShared(memory, recordAt, shared, owner)) {
                taken.add(recordAt);
            }
        }
    }

    private void freeWithheld(SlabView slab, RecordView block) {
        takeContentsOfReserved(block);
        makeWhole(slab, block, block.word());
        wipeIfSecret(slab, block);
        BlockStates.note(memory, block.recordAt(), process, block.site(), BlockStates.RECLAIMED, nowMs);
        if (BlockStates.withdraw(memory, block.recordAt(), block.word())) {
            hint(slab);
            countFreed(slab, block);
            trace(block, 0);
        }
    }

    /** Before the free, while the block and so its slab are the dead one's. What is found beside it is written down. */
    private void makeWhole(SlabView slab, RecordView block, long word) {
        Geometry geometry = slab.geometry();
        long slabAt = map.slabAt(slab.slab());
        if (geometry != null
                && !block.damaged()
                && GuardCheck.fits(block, geometry, slabAt)
                && !guards.isWhole(block, slabAt, geometry)) {
            guards.report(block, word, slabAt, geometry);
            guards.repair(slabAt, geometry, block.index());
        }
    }

    private void countFreed(SlabView slab, RecordView block) {
        freed.add(slab.slabClass(), block.site(), block.tag(), block.flags(), 1, block.size());
    }

    /**
     * After the look at its guards, and with its tail made anew: it still counts as a block in use, and who follows a
     * reclaimer that dies right here must not take this for what its program has done.
     */
    private void wipeIfSecret(SlabView slab, RecordView block) {
        Geometry geometry = slab.geometry();
        long slabAt = map.slabAt(slab.slab());
        if ((block.flags() & RecordWords.SECRET) == 0) {
            return;
        }
        if (geometry == null || block.damaged() || !GuardCheck.fits(block, geometry, slabAt)) {
            wipeIfSecret(block);
            return;
        }
        long blockAt = slabAt + geometry.blockAt(block.index());
        long payloadAt = Geometry.align(blockAt, block.alignment());
        long end = payloadAt + block.size();
        memory.fill(payloadAt, block.size(), (byte) 0);
        GuardCheck.mark(memory, blockAt, end);
        long rest = slabAt + geometry.behind(block.index()) - (end + Long.BYTES);
        if (rest > 0) {
            memory.fill(end + Long.BYTES, rest, (byte) 0);
        }
    }

    private void wipeIfSecret(RecordView block) {
        if ((block.flags() & RecordWords.SECRET) != 0) {
            memory.fill(block.payloadAt(), block.capacity(), (byte) 0);
        }
    }

    /**
     * Whoever has the slab is told once for all that was freed in it, behind the last of them: most of what one had lies side
     * by side. Dies before: its owner finds them when it is short.
     */
    private void hint(SlabView slab) {
        if (slab.slab() != freedIn) {
            tellOfFrees();
            freedIn = slab.slab();
        }
    }

    private void tellOfFrees() {
        if (freedIn >= 0) {
            tellToLook(freedIn);
            freedIn = -1;
        }
    }

    /** Claims, tails of runs never committed, runs half taken apart; then what is formatted and his, or holds nothing. */
    private void reclaimSlab(SlabView slab, int owner) {
        long entryAt = map.slabEntryAt(slab.slab());
        SlabState state = slab.state();
        boolean his = slab.owner() == owner;
        if (state == SlabState.RELEASING) {
            source.collect(slab.slab());
        } else if (his && state == SlabState.CLAIM) {
            SlabStates.unclaim(memory, entryAt, slab.word());
        } else if (his && state == SlabState.TAIL && !isOfRun(slab.slab())) {
            SlabStates.freeTail(memory, entryAt, slab.word());
        } else if (state == SlabState.LARGE || (his && state == SlabState.OWN)) {
            settleFormatted(slab, state);
        } else if (state == SlabState.OWN) {
            // The dead one may have freed a block there, and died before it could say so. Its owner would never look.
            tellToLook(slab.slab());
        }
    }

    private void tellToLook(int slab) {
        memory.getAndBitwiseOrLong(map.slabEntryAt(slab) + SlabLayout.HINT_OFFSET, -1L);
    }

    /**
     * Without geometry it is a run that was formed across the end of this walk, since the region has grown: by one that lives.
     */
    private void settleFormatted(SlabView slab, SlabState state) {
        Geometry geometry = slab.geometry();
        if (geometry == null) {
            return;
        }
        boolean his = state == SlabState.OWN;
        if ((his && emptied.get(slab.slab())) || source.isEmpty(slab.slab(), geometry)) {
            source.release(slab.slab(), slab.word());
        } else if (his) {
            source.giveUp(slab.slab(), slab.word(), geometry);
        }
    }

    /** Whether a tail's head is a committed run that reaches it, or one that is being taken apart. */
    private boolean isOfRun(int slab) {
        long entryAt = map.slabEntryAt(slab);
        int head = memory.getInt(entryAt + SlabLayout.HEAD_OFFSET);
        if (head < 0 || head >= slab) {
            return false;
        }
        SlabState state = SlabSource.stateOf(source.wordOf(head));
        int run = memory.getInt(map.slabEntryAt(head) + SlabLayout.RUN_OFFSET);
        return state != null && (state.isFormatted() || state == SlabState.RELEASING) && run > slab - head;
    }
}
