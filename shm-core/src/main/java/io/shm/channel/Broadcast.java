package io.shm.channel;

import io.shm.error.CorruptRegionException;
import io.shm.error.StaleHandleException;
import io.shm.error.UnavailableException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.heap.Heap;
import io.shm.layout.BroadcastLayout;
import io.shm.layout.BroadcastSlotLayout;
import io.shm.layout.BroadcastWord;
import io.shm.layout.RegionMap;
import io.shm.layout.SubscriptionLayout;
import io.shm.ledger.BroadcastBlock;
import io.shm.ledger.BroadcastState;
import io.shm.ledger.BroadcastStates;
import io.shm.ledger.SubscriptionState;
import io.shm.ledger.SubscriptionStates;
import io.shm.ledger.Tag;
import io.shm.memory.SharedMemory;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Messages that each subscriber gets, in the order in which they were sent, from its subscription on; the last one that has
 * read a message frees it.
 *
 * <pre>{@code
 * Broadcast ticks = region.broadcast("ticks", 1024);          // in every process
 *
 * try (Subscription subscription = ticks.subscribe()) {       // one that listens
 *     while (running) {
 *         subscription.receive(m -> use(m.getLong(0)), 1, TimeUnit.SECONDS);
 *     }
 * }
 *
 * ticks.send(8, m -> m.putLong(0, 4711), 0, TimeUnit.SECONDS);  // one that sends; it never waits for those behind
 * }</pre>
 *
 * <p>A message is a block, which all read in its place and nobody owns, or up to {@value #INLINE_BYTES} bytes. At most {@value
 * BroadcastWord#SUBSCRIPTIONS} subscriptions at a time.
 *
 * <p>A subscriber that is slow, stopped or dead stops nobody: a sender has the patience that it says, then the slow one misses
 * its oldest message, or is detached, as {@link BroadcastOptions} say. What one reads at that moment it reads to the end; that
 * costs the others a slot.
 *
 * <p>Threads and processes: safe, and lock-free. A crash leaves a message sent to all or not at all; what a dead subscriber
 * was to read is let go when it is reaped.
 */
public final class Broadcast {
    /** Most bytes of a message without a block. */
    public static final int INLINE_BYTES = BroadcastSlotLayout.PAYLOAD_BYTES;

    private static final int ATTEMPTS = 1000;
    /** How often one without patience looks for a slot where each is kept, before it gives up. */
    private static final int LOOKS_AT_KEPT_SLOTS = 100;

    private static final int TAKEN = -1;
    private static final int SKIPPED = -2;

    private final String name;
    private final SharedMemory memory;
    private final Heap heap;
    private final Block block;
    private final HomeBlock home;
    private final BroadcastBlock broadcast;
    private final BroadcastRing ring;
    private final CellOwner cells;
    /** Once: an object for each message otherwise. */
    private final LongConsumer emptiesCell;

    private final Signal receivers;
    private final Signal senders;
    private final WaitStrategy strategy;
    private final Waiting waiting;
    private final int owner;

    /**
     * The broadcast in a block.
     *
     * @throws IllegalArgumentException if the block is none
     */
    public Broadcast(String name, SharedMemory memory, RegionMap map, Heap heap, Block block) {
        this(name, memory, heap, block, new CellOwner(memory, map, heap), WaitStrategy.BLOCKING);
    }

    private Broadcast(
            String name, SharedMemory memory, Heap heap, Block block, CellOwner cells, WaitStrategy strategy) {
        this.name = name;
        this.memory = memory;
        this.heap = heap;
        this.block = block;
        this.home = new HomeBlock("broadcast '" + name + "'", heap, block);
        this.cells = cells;
        this.emptiesCell = cells::empty;
        this.broadcast = BroadcastBlock.TYPE.equals(heap.typeOf(block))
                ? BroadcastBlock.of(memory, block.offset(), block.size())
                : null;
        if (broadcast == null) {
            throw new IllegalArgumentException("this block is no broadcast: " + block);
        }
        this.ring = new BroadcastRing(memory, broadcast);
        this.receivers = new Signal(memory, broadcast.at() + BroadcastLayout.RECEIVER_WAITS_OFFSET);
        this.senders = new Signal(memory, broadcast.at() + BroadcastLayout.SENDER_WAITS_OFFSET);
        this.owner = heap.owner();
        this.strategy = strategy;
        this.waiting = new Waiting(strategy, owner, "broadcast " + name);
    }

    /** What to allocate for a broadcast. */
    public static BlockSpec specOf(BroadcastOptions options) {
        return BlockSpec.of(BroadcastLayout.bytesFor(options.slots()))
                .type(BroadcastBlock.TYPE)
                .tag(Tag.of("shm.broadcast"))
                .alignment(128);
    }

    /** Makes a broadcast of a block that nobody else knows yet. */
    public static void form(SharedMemory memory, Block block, BroadcastOptions options) {
        BroadcastBlock.form(memory, block.offset(), options.slots(), options.isDetaching());
    }

    /** The same broadcast for a thread that waits in another way; the usual one is {@link WaitStrategy#BLOCKING}. */
    public Broadcast waiting(WaitStrategy other) {
        return new Broadcast(name, memory, heap, block, cells, Objects.requireNonNull(other, "strategy"));
    }

    public String name() {
        return name;
    }

    /** How many messages a subscriber may be behind. */
    public int capacity() {
        return broadcast.capacity();
    }

    /** Whether one that is further behind is detached, rather than misses messages. */
    public boolean isDetaching() {
        return broadcast.detaches();
    }

    /** How many subscriptions there are. */
    public int subscribers() {
        checkOpen();
        return Integer.bitCount(broadcast.active(memory));
    }

    /**
     * Subscribes: gets what is sent from now on, until it is closed.
     *
     * @throws IllegalStateException if there are {@value BroadcastWord#SUBSCRIPTIONS} subscriptions already
     */
    public Subscription subscribe() {
        checkOpen();
        try {
            for (int i = 0; i < BroadcastWord.SUBSCRIPTIONS; i++) {
                long at = broadcast.subscriptionAt(i);
                long word = memory.getLongAcquire(at);
                if (SubscriptionStates.of(word) == SubscriptionState.FREE
                        && SubscriptionStates.subscribe(memory, at, word, owner)) {
                    return new Subscription(this, i, SubscriptionStates.active(word, owner), strategy);
                }
            }
        } catch (InternalError e) {
            throw heap.lost(e);
        }
        throw new IllegalStateException("broadcast '" + name + "' has " + BroadcastWord.SUBSCRIPTIONS
                + " subscriptions, the most there can be");
    }

    // ---------------------------------------------------------------- send

    /**
     * Sends a block to all subscribers; it is this process's own no more.
     *
     * @param patience how long to wait for one that is as far behind as it may be, before it misses a message, or is detached
     * @return how many it was sent to; where there are none the block is freed
     * @throws StaleHandleException if the block is not this process's own
     * @throws UnavailableException if no slot is to be had, as each is kept by one that is stopped while it reads or sends, or
     *     as the broadcast is damaged; nothing is sent
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent, and the block is still its own
     */
    public int send(Block message, long patience, TimeUnit unit) throws InterruptedException {
        if (!heap.isOurs(message)) {
            throw new IllegalArgumentException("a block goes through broadcasts of its own region: " + message);
        }
        return send(message, 0, null, patience, unit);
    }

    /**
     * Sends a message without a block to all subscribers.
     *
     * @param writer called once more if it was so slow that others went past it
     * @param patience as of {@link #send(Block, long, TimeUnit)}
     * @return how many it was sent to
     * @throws IllegalArgumentException if length exceeds {@link #INLINE_BYTES}
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is sent
     */
    public int send(int length, MessageWriter writer, long patience, TimeUnit unit) throws InterruptedException {
        if (length < 0 || length > INLINE_BYTES) {
            throw new IllegalArgumentException(
                    "a message without a block has at most " + INLINE_BYTES + " bytes, not " + length);
        }
        return send(null, length, Objects.requireNonNull(writer, "writer"), patience, unit);
    }

    private int send(Block message, int length, MessageWriter writer, long patience, TimeUnit unit)
            throws InterruptedException {
        long deadline = Waiting.deadline(patience, unit);
        boolean pushes = false;
        for (int round = 0; ; round++) {
            waiting.announce(senders, round);
            int sent = trySend(message, length, writer, pushes || patience <= 0);
            if (sent >= 0) {
                return sent;
            }
            pushes = !waiting.goesOn(senders, round, deadline);
        }
    }

    /** Negative where one is to be waited for. */
    private int trySend(Block message, int length, MessageWriter writer, boolean mayPush) {
        checkOpen();
        Block mine = message;
        try {
            if (broadcast.active(memory) == 0) {
                return toNobody(message);
            }
            boolean pushes = mayPush;
            long position = ring.tail();
            int kept = 0;
            for (int attempt = 0; attempt < ATTEMPTS && kept < LOOKS_AT_KEPT_SLOTS; attempt++) {
                position = ring.toFill(position);
                if (position == BroadcastRing.NONE) {
                    if (!pushes) {
                        return -1;
                    }
                    kept++;
                    Thread.yield();
                    position = ring.tail();
                    continue;
                }
                if (position < 0) {
                    if (!pushes && isAwaited(~position)) {
                        return -1;
                    }
                    position = ~position;
                    push(position);
                    continue;
                }
                int sent = sendAt(position, mine, length, writer);
                if (sent >= 0) {
                    return sent;
                }
                if (sent == SKIPPED) {
                    // Under another handle, which the caller does not know: now it has to go.
                    pushes |= mine != null;
                    mine = takeBack(ring.slotAt(position), mine != null);
                }
            }
            throw new UnavailableException("broadcast '" + name + "': no slot was to be had; "
                    + (kept == LOOKS_AT_KEPT_SLOTS
                            ? "each is kept by one that reads, writes or frees a message, and may be stopped"
                            : "in " + ATTEMPTS
                                    + " attempts others were faster each time, or it is damaged: shm verify tells"));
        } catch (InternalError e) {
            throw heap.lost(e);
        } catch (RuntimeException e) {
            if (mine != message && mine != null && mine.isLive()) {
                mine.free();
            }
            throw e;
        }
    }

    private static int toNobody(Block message) {
        if (message != null) {
            message.free();
        }
        return 0;
    }

    /** Ends the use of a slot that others went past; null for a message without a block. */
    private Block takeBack(long slot, boolean isBlock) {
        long word = memory.getLongAcquire(slot);
        if (BroadcastStates.of(word) != BroadcastState.SKIPPED || BroadcastStates.owner(word) != owner) {
            throw new CorruptRegionException(String.format(
                    Locale.ROOT,
                    "corrupt region: a broadcast's slot was given to others while it was used: slot=%d observed=0x%016x",
                    slot,
                    word));
        }
        try {
            Block back = isBlock ? cells.takeOut(slot + BroadcastSlotLayout.CELL_OFFSET) : null;
            if (isBlock && back == null) {
                throw new CorruptRegionException("corrupt region: a broadcast's cell has lost its block: slot=" + slot);
            }
            return back;
        } finally {
            BroadcastStates.finishOwn(memory, slot, owner);
            senders.wake();
        }
    }

    private int sendAt(long position, Block message, int length, MessageWriter writer) {
        long slot = ring.slotAt(position);
        long empty = BroadcastStates.empty(ring.lapAt(position));
        if (!BroadcastStates.claim(memory, slot, empty, owner)) {
            return TAKEN;
        }
        write(slot, message, length, writer);
        int readers = broadcast.active(memory);
        if (readers == 0) {
            BroadcastBlock.empty(memory, slot, owner, emptiesCell);
            return 0;
        }
        if (!BroadcastStates.commit(memory, slot, BroadcastStates.writing(empty, owner), readers)) {
            return SKIPPED;
        }
        ring.raiseTail(position + 1);
        receivers.wake();
        // Who has left since the look at the subscriptions does not know of this message.
        int gone = readers & ~broadcast.active(memory);
        if (gone != 0) {
            takeOut(slot, gone, 0);
        }
        return Integer.bitCount(readers);
    }

    private void write(long slot, Block message, int length, MessageWriter writer) {
        boolean written = false;
        Message inSlot = message == null ? Message.ofThread() : null;
        try {
            // Nothing is there, unless somebody has written over it, or over the word.
            cells.empty(slot + BroadcastSlotLayout.CELL_OFFSET);
            if (message != null) {
                cells.put(message, slot + BroadcastSlotLayout.CELL_OFFSET);
            } else {
                inSlot.writes(memory, slot + BroadcastSlotLayout.PAYLOAD_OFFSET, length);
                writer.write(inSlot);
            }
            written = true;
        } finally {
            if (inSlot != null) {
                inSlot.end();
            }
            if (!written) {
                BroadcastStates.finishOwn(memory, slot, owner);
            }
        }
        memory.putInt(slot + BroadcastSlotLayout.SIZE_OFFSET, message == null ? length : BroadcastSlotLayout.IS_BLOCK);
    }

    /** Whether somebody will still read what lies at a position: not one that was detached, or has left. */
    private boolean isAwaited(long position) {
        long word = ring.word(position);
        return BroadcastStates.of(word) != BroadcastState.FULL
                || (BroadcastWord.pending(word) & broadcast.active(memory)) != 0;
    }

    /**
     * Those that are to read yet what lies at a position, and are a whole lap behind, miss it, or are detached: one after the
     * other, as far as nobody else changes the slot meanwhile.
     *
     * <p>Dies between two of them: the next sender goes on.
     */
    private void push(long position) {
        long slot = ring.slotAt(position);
        long word = memory.getLongAcquire(slot);
        if (BroadcastStates.of(word) != BroadcastState.FULL) {
            return;
        }
        for (int rest = BroadcastWord.pending(word); rest != 0; rest &= rest - 1) {
            word = push(slot, word, Integer.numberOfTrailingZeros(rest));
            if (word == 0) {
                return;
            }
        }
    }

    /**
     * Takes a subscription's bit out of a slot, and tells the subscription.
     *
     * <p>Dies between the detaching and the slot: the next sender goes on.
     *
     * @return the slot's word then; 0 where it was another one
     */
    private long push(long slot, long word, int index) {
        long subscriptionAt = broadcast.subscriptionAt(index);
        long seen = memory.getLongAcquire(subscriptionAt);
        // Another may have subscribed in the place of one that left; but who leaves takes its bit out before. So while
        // the slot is as it was, it is the bit of whom we have seen.
        if (memory.getLongAcquire(slot) != word) {
            return 0;
        }
        boolean isActive = SubscriptionStates.of(seen) == SubscriptionState.ACTIVE;
        if (!isPushed(subscriptionAt, seen, isActive)) {
            return word;
        }
        long left = takeOutOf(slot, word, 1 << index, 0);
        if (left != 0 && isActive) {
            SubscriptionStates.countMissed(memory, figuresAt(index) + SubscriptionLayout.MISSED_OFFSET, seen);
        }
        return left;
    }

    /** False where the subscription is another by now, whose bit it may be. */
    private boolean isPushed(long at, long seen, boolean isActive) {
        return (isActive && broadcast.detaches())
                ? SubscriptionStates.detach(memory, at, seen)
                : memory.getLongAcquire(at) == seen;
    }

    /** Takes bits out of a slot, as many as are there yet; who takes the last one out frees the message. */
    void takeOut(long slot, int pending, int reading) {
        long word = memory.getLongAcquire(slot);
        while (BroadcastStates.of(word) == BroadcastState.FULL
                && ((BroadcastWord.pending(word) & pending) | (BroadcastWord.reading(word) & reading)) != 0
                && takeOutOf(slot, word, pending, reading) == 0) {
            word = memory.getLongAcquire(slot);
        }
    }

    /** The slot's word without those bits; 0 where it was another one. */
    private long takeOutOf(long slot, long word, int pending, int reading) {
        long left = BroadcastStates.without(memory, slot, word, pending, reading, owner);
        if (left != 0 && BroadcastStates.of(left) == BroadcastState.FREEING) {
            try {
                BroadcastBlock.empty(memory, slot, owner, emptiesCell);
            } finally {
                senders.wake();
            }
        }
        return left;
    }

    // ---------------------------------------------------------------- for subscriptions

    SharedMemory memory() {
        return memory;
    }

    Heap heap() {
        return heap;
    }

    BroadcastBlock block() {
        return broadcast;
    }

    BroadcastRing ring() {
        return ring;
    }

    CellOwner cells() {
        return cells;
    }

    Signal receivers() {
        return receivers;
    }

    Signal senders() {
        return senders;
    }

    long figuresAt(int index) {
        return BroadcastLayout.figuresAt(broadcast.at(), index);
    }

    void checkOpen() {
        home.checkOpen();
    }

    @Override
    public String toString() {
        return "Broadcast[" + name + ", " + capacity() + "]";
    }
}
