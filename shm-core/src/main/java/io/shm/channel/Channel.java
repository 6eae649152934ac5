package io.shm.channel;

import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.heap.Heap;
import io.shm.layout.ChannelLayout;
import io.shm.layout.ChannelSlotLayout;
import io.shm.layout.QueueWord;
import io.shm.layout.RegionMap;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Cells;
import io.shm.ledger.ChannelBlock;
import io.shm.ledger.Handover;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.QueueState;
import io.shm.ledger.QueueStates;
import io.shm.ledger.RecordView;
import io.shm.ledger.Sharing;
import io.shm.ledger.Tag;
import io.shm.memory.SharedMemory;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A bounded queue of messages between processes, in the order in which they were sent, for any number of senders and
 * receivers; each message goes to one receiver.
 *
 * <p>A message is a block, which changes owners as it passes, or up to {@value #INLINE_BYTES} bytes that lie in the channel
 * itself. Both kinds may go through one channel.
 *
 * <pre>{@code
 * Channel orders = region.channel("orders", 1024);        // in every process
 *
 * Block order = region.allocate(400);                     // a sender, with a block
 * if (!orders.offer(order)) {                             // full: the block is still this process's own
 *     order.free();
 * }
 * orders.offer(16, m -> m.putLong(0, 4711));              // a sender, without a block
 *
 * orders.poll(m -> {                                      // a receiver of both kinds
 *     if (m.block() == null) {
 *         use(m.getLong(0));
 *     } else {
 *         try (Block block = m.block()) { use(block); }
 *     }
 * });
 * Block next = orders.receive(1, TimeUnit.SECONDS);       // a receiver of blocks; null after a second without one
 * }</pre>
 *
 * <p>A full channel refuses; {@code send} waits for room. What lies in the channel is nobody's: its sender may die. What a
 * receiver had not finished when it died is freed or kept as the region's policy says, and listed in the fault log if it is
 * a block, counted in {@link #lost()} if it is not; or it is delivered again, see {@link ChannelOptions#redelivers()}.
 *
 * <p>Threads and processes: safe, and lock-free: whoever meets what another has left half-done finishes it, or goes past
 * it. A crash at any moment leaves a message with its sender, in the channel, or with its receiver. A process that is
 * stopped holds up nobody; one that is stopped while it writes or reads a small message keeps that slot meanwhile, and
 * if it was writing its message comes later than those that were sent after it. A channel may be for one sender or one
 * receiver ({@link ChannelOptions#oneSender()}, {@link ChannelOptions#oneReceiver()}), which is faster: calls of other threads
 * are an {@link IllegalStateException} then, and while that one is stopped nobody does its work. No method allocates Java
 * objects but the block that it returns.
 */
public final class Channel {
    /** Most bytes of a message that lies in the channel itself. */
    public static final int INLINE_BYTES = ChannelSlotLayout.PAYLOAD_BYTES;

    private static final int ATTEMPTS = 1000;
    /** How often a receiver looks whether a sender finishes, before it goes past it. */
    private static final int LOOKS_AT_A_WRITER = 200;

    private final String name;
    private final SharedMemory memory;
    private final RegionMap map;
    private final Heap heap;
    private final Block block;
    private final HomeBlock home;
    private final ChannelBlock channel;
    private final Handover handover;
    private final Ring ring;
    private final Signal receivers;
    private final Signal senders;
    private final Waiting waiting;
    /** Null where any number may send. */
    private final Role sending;
    /** Null where any number may receive. */
    private final Role receiving;

    private final int owner;
    /** {@code ORPHANS} when a search found none. */
    private volatile long seenOrphans;

    /**
     * The channel in a block.
     *
     * @throws IllegalArgumentException if the block is no channel
     */
    public Channel(String name, SharedMemory memory, RegionMap map, Heap heap, Block block) {
        this(name, memory, map, heap, block, WaitStrategy.BLOCKING);
    }

    private Channel(String name, SharedMemory memory, RegionMap map, Heap heap, Block block, WaitStrategy strategy) {
        this.name = name;
        this.memory = memory;
        this.map = map;
        this.heap = heap;
        this.block = block;
        this.home = new HomeBlock("channel '" + name + "'", heap, block);
        this.channel = ChannelBlock.TYPE.equals(heap.typeOf(block))
                ? ChannelBlock.of(memory, block.offset(), block.size())
                : null;
        if (channel == null) {
            throw new IllegalArgumentException("this block is no channel: " + block);
        }
        Cells cells = new Cells(memory, map);
        this.handover = new Handover(cells, new Sharing(cells));
        this.ring = new Ring(memory, handover, channel);
        this.receivers = new Signal(memory, channel.at() + ChannelLayout.RECEIVER_WAITS_OFFSET, channel.hasOneSender());
        this.senders = new Signal(memory, channel.at() + ChannelLayout.SENDER_WAITS_OFFSET, channel.hasOneReceiver());
        this.owner = heap.owner();
        this.sending = channel.hasOneSender() ? role(ChannelLayout.SENDER_OFFSET, "sender") : null;
        this.receiving = channel.hasOneReceiver() ? role(ChannelLayout.RECEIVER_OFFSET, "receiver") : null;
        this.waiting = new Waiting(strategy, owner, "channel " + name);
    }

    private Role role(int offset, String what) {
        return new Role(memory, channel.at() + offset, owner, "channel '" + name + "' has one " + what);
    }

    /** What to allocate for a channel. */
    public static BlockSpec specOf(ChannelOptions options) {
        return BlockSpec.of(ChannelLayout.bytesFor(options.slots()))
                .type(ChannelBlock.TYPE)
                .tag(Tag.of("shm.channel"))
                .alignment(128);
    }

    /** Makes a channel of a block that nobody else knows yet. */
    public static void form(SharedMemory memory, Block block, ChannelOptions options) {
        ChannelBlock.form(memory, block.offset(), options.slots(), options.policy());
    }

    /** The same channel for a thread that waits in another way; the usual one is {@link WaitStrategy#BLOCKING}. */
    public Channel waiting(WaitStrategy strategy) {
        return new Channel(name, memory, map, heap, block, Objects.requireNonNull(strategy, "strategy"));
    }

    public String name() {
        return name;
    }

    /** @throws IllegalStateException if it was made with other options */
    public void checkIs(ChannelOptions options) {
        if (capacity() != options.slots() || channel.policy() != options.policy()) {
            throw new IllegalStateException("channel '" + name + "' is for " + capacity() + " messages, "
                    + (hasOneSender() ? "one sender" : "any senders") + " and "
                    + (hasOneReceiver() ? "one receiver" : "any receivers") + ", and "
                    + (isRedelivering() ? "delivers again" : "does not deliver again")
                    + ": attach to it with the same options");
        }
    }

    /** How many messages it can hold. */
    public int capacity() {
        return channel.capacity();
    }

    /** Whether what a receiver had not finished is delivered again. */
    public boolean isRedelivering() {
        return channel.again();
    }

    /** Whether one thread at a time sends. */
    public boolean hasOneSender() {
        return sending != null;
    }

    /** Whether one thread at a time receives. */
    public boolean hasOneReceiver() {
        return receiving != null;
    }

    /**
     * Makes the calling thread the one that sends, if no other is. The first call of {@code offer} or {@code send} does the
     * same; this is for one that stands by to follow another that may die.
     *
     * @return false where another thread is it, of whatever process: also one that is dead, until it is reaped
     * @throws IllegalStateException if any number of threads may send
     */
    public boolean becomeSender() {
        return become(sending, "send");
    }

    /** As {@link #becomeSender()}, of the one that receives. */
    public boolean becomeReceiver() {
        return become(receiving, "receive");
    }

    private boolean become(Role role, String what) {
        if (role == null) {
            throw new IllegalStateException("channel '" + name + "': any number of threads may " + what);
        }
        try {
            home.checkOpen();
            return role.claim();
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    /** The calling thread is no more the one that sends or receives, if it was: another may be. */
    public void resign() {
        try {
            home.checkOpen();
            if (sending != null) {
                sending.resign();
            }
            if (receiving != null) {
                receiving.resign();
            }
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    /** Messages that wait, as far as the hints know: exact while nobody sends or receives. */
    public int size() {
        home.checkOpen();
        return (int) Math.max(0, Math.min(capacity(), ring.tail() - ring.head()));
    }

    /** Small messages whose receiver died before it had finished, in a channel that does not deliver them again. */
    public long lost() {
        home.checkOpen();
        return memory.getLongAcquire(channel.at() + ChannelLayout.LOST_OFFSET);
    }

    // ---------------------------------------------------------------- send

    /**
     * Sends a block, if there is room; it is this process's own no more.
     *
     * @return false where the channel is full; the block is still this process's own
     * @throws StaleHandleException if the block is not this process's own
     */
    public boolean offer(Block message) {
        try {
            return put(message);
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    private boolean put(Block message) {
        if (!heap.isOurs(message)) {
            throw new IllegalArgumentException("a block goes through channels of its own region: " + message);
        }
        checkSends();
        long recordAt = heap.recordAt(message);
        long live = heap.word(message);
        boolean started = false;
        long position = ring.tail();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            position = ring.toFill(position);
            if (position < 0) {
                break;
            }
            if (!started && !handover.startQueued(heap, recordAt, live)) {
                throw new StaleHandleException("refused to send: " + heap.describe(message.handle()));
            }
            started = true;
            if (handover.putQueued(
                    heap, recordAt, live, ring.cellAt(position), QueueStates.empty(ring.lapAt(position)))) {
                ring.raiseTail(position + 1);
                heap.handedOver(message, ring.cellAt(position), 0);
                receivers.wake();
                return true;
            }
        }
        if (started) {
            handover.retractQueued(recordAt, live);
        }
        return false;
    }

    private void checkSends() {
        home.checkOpen();
        if (sending != null) {
            sending.require();
        }
    }

    /** Sends blocks in their order, as long as there is room; returns how many. The others are still this process's own. */
    public int offer(Block[] messages, int from, int count) {
        Objects.checkFromIndexSize(from, count, messages.length);
        for (int i = 0; i < count; i++) {
            if (!offer(messages[from + i])) {
                return i;
            }
        }
        return count;
    }

    /**
     * Sends a small message, if there is room.
     *
     * @return false where the channel is full
     * @throws IllegalArgumentException if count exceeds {@link #INLINE_BYTES}
     */
    public boolean offer(byte[] bytes, int from, int count) {
        Objects.checkFromIndexSize(from, count, bytes.length);
        return put(count, null, bytes, from);
    }

    /**
     * Sends a small message that is written straight into the channel, if there is room.
     *
     * @return false where the channel is full
     * @throws IllegalArgumentException if length exceeds {@link #INLINE_BYTES}
     */
    public boolean offer(int length, MessageWriter writer) {
        return put(length, Objects.requireNonNull(writer, "writer"), null, 0);
    }

    private boolean put(int length, MessageWriter writer, byte[] bytes, int from) {
        try {
            return putSmall(length, writer, bytes, from);
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    private boolean putSmall(int length, MessageWriter writer, byte[] bytes, int from) {
        if (length < 0 || length > INLINE_BYTES) {
            throw new IllegalArgumentException(
                    "a message without a block has at most " + INLINE_BYTES + " bytes, not " + length);
        }
        checkSends();
        long position = ring.tail();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            position = ring.isRoomAt(position) ? position : ring.toFill(position);
            if (position < 0) {
                return false;
            }
            long cell = ring.cellAt(position);
            long empty = QueueStates.empty(ring.lapAt(position));
            if (claims(cell, empty)) {
                boolean written = false;
                try {
                    write(cell, length, writer, bytes, from);
                    written = true;
                } finally {
                    if (!written) {
                        QueueStates.finishOwn(memory, cell, owner);
                    }
                }
                if (commits(cell, empty)) {
                    ring.raiseTail(position + 1);
                    receivers.wake();
                    return true;
                }
                // It took so long that a receiver went past it.
                QueueStates.finishOwn(memory, cell, owner);
            }
        }
        return false;
    }

    private boolean claims(long cell, long empty) {
        if (sending == null) {
            return QueueStates.claim(memory, cell, empty, owner);
        }
        QueueStates.claimAlone(memory, cell, empty, owner);
        return true;
    }

    private boolean commits(long cell, long empty) {
        if (sending == null) {
            return QueueStates.commit(memory, cell, QueueStates.writing(empty, owner));
        }
        QueueStates.commitAlone(memory, cell, empty);
        return true;
    }

    private void write(long cell, int length, MessageWriter writer, byte[] bytes, int from) {
        long payloadAt = cell + ChannelSlotLayout.PAYLOAD_OFFSET;
        if (writer == null) {
            memory.putBytes(payloadAt, bytes, from, length);
        } else {
            Message message = Message.ofThread();
            try {
                message.writes(memory, payloadAt, length);
                writer.write(message);
            } finally {
                message.end();
            }
        }
        memory.putInt(cell + ChannelSlotLayout.SIZE_OFFSET, length);
    }

    /**
     * As {@link #offer(Block)}, but waits for room.
     *
     * @return false where there was none in time
     * @throws InterruptedException if the thread is interrupted while it waits; noticed within 50 milliseconds
     */
    public boolean send(Block message, long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = Waiting.deadline(timeout, unit);
        for (int round = 0; ; round++) {
            waiting.announce(senders, round);
            if (offer(message)) {
                return true;
            }
            if (!goesOn(senders, round, deadline)) {
                return false;
            }
        }
    }

    /** As {@link #send(Block, long, TimeUnit)}, of a small message. */
    public boolean send(byte[] bytes, int from, int count, long timeout, TimeUnit unit) throws InterruptedException {
        Objects.checkFromIndexSize(from, count, bytes.length);
        return send(count, null, bytes, from, timeout, unit);
    }

    /** As {@link #send(Block, long, TimeUnit)}, of a small message that is written straight into the channel. */
    public boolean send(int length, MessageWriter writer, long timeout, TimeUnit unit) throws InterruptedException {
        return send(length, Objects.requireNonNull(writer, "writer"), null, 0, timeout, unit);
    }

    private boolean send(int length, MessageWriter writer, byte[] bytes, int from, long timeout, TimeUnit unit)
            throws InterruptedException {
        long deadline = Waiting.deadline(timeout, unit);
        for (int round = 0; ; round++) {
            waiting.announce(senders, round);
            if (put(length, writer, bytes, from)) {
                return true;
            }
            if (!goesOn(senders, round, deadline)) {
                return false;
            }
        }
    }

    // ---------------------------------------------------------------- receive

    /**
     * Receives a block, if there is one: it is this process's own from now on, under a new handle.
     *
     * @return null where the channel is empty
     * @throws IllegalStateException if the next message is no block; it stays
     */
    public Block poll() {
        if (seesNothing()) {
            return null;
        }
        Message message = Message.ofThread();
        try {
            return take(message, true) ? message.block() : null;
        } finally {
            message.end();
        }
    }

    /**
     * Receives a message of either kind, if there is one.
     *
     * @return false where the channel is empty
     */
    public boolean poll(MessageHandler handler) {
        if (seesNothing()) {
            return false;
        }
        Message message = Message.ofThread();
        try {
            if (!take(message, false)) {
                return false;
            }
            try {
                handler.onMessage(message);
            } finally {
                finish(message);
            }
            return true;
        } finally {
            message.end();
        }
    }

    /** Receives up to so many messages of either kind; returns how many. */
    public int poll(MessageHandler handler, int limit) {
        int received = 0;
        while (received < limit && poll(handler)) {
            received++;
        }
        return received;
    }

    /**
     * As {@link #poll()}, but waits for a message.
     *
     * @return null where there was none in time
     * @throws InterruptedException if the thread is interrupted while it waits; noticed within 50 milliseconds
     */
    public Block receive(long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = Waiting.deadline(timeout, unit);
        for (int round = 0; ; round++) {
            waiting.announce(receivers, round);
            Block received = poll();
            if (received != null) {
                return received;
            }
            if (!goesOn(receivers, round, deadline)) {
                return null;
            }
        }
    }

    /** As {@link #receive(long, TimeUnit)}, of a message of either kind; false where there was none in time. */
    public boolean receive(MessageHandler handler, long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = Waiting.deadline(timeout, unit);
        for (int round = 0; ; round++) {
            waiting.announce(receivers, round);
            if (poll(handler)) {
                return true;
            }
            if (!goesOn(receivers, round, deadline)) {
                return false;
            }
        }
    }

    /**
     * Says that this process has finished with a block that it received and keeps: if it dies, the block is not delivered
     * again. False where it is not this process's own any more.
     */
    public boolean acknowledge(Block received) {
        return received.noteHolder(0);
    }

    /** What one that spins mostly sees, at the least cost. */
    private boolean seesNothing() {
        try {
            checkReceives();
            return ring.isNothingAt(ring.head()) && (!channel.again() || orphans() == seenOrphans);
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    private long orphans() {
        return memory.getLongAcquire(channel.at() + ChannelLayout.ORPHANS_OFFSET);
    }

    private void checkReceives() {
        home.checkOpen();
        if (receiving != null) {
            receiving.require();
        }
    }

    private boolean take(Message message, boolean blocksOnly) {
        try {
            return takeNext(message, blocksOnly);
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    private boolean takeNext(Message message, boolean blocksOnly) {
        if (channel.again() && takeOrphan(message, blocksOnly)) {
            return true;
        }
        long position = ring.head();
        // What is mostly there, where the head says that the next is: the ring need not look for it.
        long next = memory.getLongAcquire(ring.cellAt(position));
        if (next == QueueStates.full(ring.lapAt(position))) {
            refuseIf(blocksOnly);
            if (takeSmall(message, ring.cellAt(position), next, position)) {
                return true;
            }
        } else if (!QueueWord.isOne(next)) {
            long generation = heap.freshGeneration();
            long recordAt = handover.takeQueued(heap, ring.cellAt(position), next, ring.lapAt(position), generation);
            if (recordAt > 0) {
                received(message, recordAt, generation, ring.cellAt(position), position);
                return true;
            }
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            position = ring.toTake(position);
            if (position < 0) {
                return false;
            }
            long cell = ring.cellAt(position);
            long word = memory.getLongAcquire(cell);
            if (!QueueWord.isOne(word)) {
                if (takeBlock(message, cell, word, position)) {
                    return true;
                }
            } else if (QueueWord.lap(word) == ring.lapAt(position)) {
                QueueState state = QueueStates.of(word);
                if (state == QueueState.FULL) {
                    refuseIf(blocksOnly);
                    if (takeSmall(message, cell, word, position)) {
                        return true;
                    }
                } else if (state == QueueState.WRITING) {
                    // The one sender commits by a store, so nobody else may change its word; nor is anybody else kept
                    // waiting.
                    if (sending != null || !ring.isFilled(position + 1)) {
                        return false;
                    }
                    goPast(cell, word);
                }
            }
        }
        return false;
    }

    private boolean takeSmall(Message message, long cell, long full, long position) {
        if (receiving != null) {
            QueueStates.takeAlone(memory, cell, full, owner);
        } else if (!QueueStates.take(memory, cell, full, owner)) {
            return false;
        }
        read(message, cell, false);
        ring.raiseHead(position + 1);
        return true;
    }

    private boolean takeBlock(Message message, long cell, long handle, long position) {
        if (handover.lapOf(cell, handle) != ring.lapAt(position)) {
            return false;
        }
        long generation = heap.freshGeneration();
        long recordAt = handover.takeExactly(heap, cell, handle, generation, 0);
        if (recordAt == Handover.DANGLING || recordAt == Handover.IS_SHARED) {
            throw ring.damaged(cell, handle);
        }
        if (recordAt <= 0) {
            return false;
        }
        received(message, recordAt, generation, cell, position);
        return true;
    }

    private void received(Message message, long recordAt, long generation, long cell, long position) {
        ring.raiseHead(position + 1);
        message.reads(memory, heap.handedToUs(recordAt, generation, cell, 0), false);
        senders.wake();
    }

    private void read(Message message, long cell, boolean again) {
        message.reads(memory, cell + ChannelSlotLayout.PAYLOAD_OFFSET, QueueStates.sizeOf(memory, cell), cell, again);
    }

    /** A sender that writes is given a moment, and then its turn is over: it may be stopped, or dead. */
    private void goPast(long cell, long writing) {
        for (int look = 0; look < LOOKS_AT_A_WRITER; look++) {
            if (memory.getLongAcquire(cell) != writing) {
                return;
            }
            Thread.onSpinWait();
        }
        QueueStates.skip(memory, cell, writing);
    }

    private void finish(Message message) {
        if (message.cell() != 0) {
            try {
                if (receiving == null) {
                    QueueStates.finishOwn(memory, message.cell(), owner);
                } else {
                    QueueStates.finishAlone(memory, message.cell(), owner);
                }
                senders.wake();
            } catch (InternalError e) {
                throw heap.lost(e);
            }
        }
    }

    private static void refuseIf(boolean blocksOnly) {
        if (blocksOnly) {
            throw new IllegalStateException("the next message is no block: receive it with a handler");
        }
    }

    // ---------------------------------------------------------------- again

    /** What a dead receiver had not finished; looked for once each time that anybody was reaped. */
    private boolean takeOrphan(Message message, boolean blocksOnly) {
        long orphans = orphans();
        if (orphans == seenOrphans) {
            return false;
        }
        if (takeOrphanInSlot(message, blocksOnly) || takeOrphanBlock(message)) {
            return true;
        }
        seenOrphans = orphans;
        return false;
    }

    private boolean takeOrphanInSlot(Message message, boolean blocksOnly) {
        for (int i = 0; i < channel.capacity(); i++) {
            long cell = channel.cellAt(i);
            long word = memory.getLongAcquire(cell);
            while (QueueStates.of(word) == QueueState.ORPHAN) {
                refuseIf(blocksOnly);
                if (QueueStates.adopt(memory, cell, word, owner)) {
                    read(message, cell, true);
                    return true;
                }
                word = memory.getLongAcquire(cell);
            }
        }
        return false;
    }

    private boolean takeOrphanBlock(Message message) {
        LedgerScan scan = new LedgerScan(memory, map);
        long[] found = new long[1];
        scan.forEachWord((slab, recordAt, word) -> {
            if (found[0] == 0 && BlockStates.is(word, BlockState.ORPHAN) && isOurOrphan(scan.blockOf(slab, recordAt))) {
                long generation = heap.freshGeneration();
                if (BlockStates.adopt(memory, recordAt, word, owner, generation)) {
                    BlockStates.note(memory, recordAt, heap.process(), 0, BlockStates.TAKEN, heap.nowMs());
                    found[0] = 1;
                    message.reads(memory, heap.block(recordAt, BlockStates.live(owner, generation)), true);
                }
            }
        });
        return found[0] != 0;
    }

    private boolean isOurOrphan(RecordView orphan) {
        return orphan != null
                && !orphan.damaged()
                && orphan.action() == BlockStates.UNFINISHED
                && orphan.cell() >= channel.at()
                && orphan.cell() < channel.at() + ChannelLayout.bytesFor(channel.capacity());
    }

    // ---------------------------------------------------------------- wait

    /** Between two looks; false where the time is over. */
    private boolean goesOn(Signal signal, int round, long deadline) throws InterruptedException {
        if (waiting.pauses(round)) {
            ring.heal();
        }
        return waiting.goesOn(signal, round, deadline);
    }

    @Override
    public String toString() {
        return "Channel[" + name + ", " + capacity() + "]";
    }
}
