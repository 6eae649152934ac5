package io.shm.channel;

import io.shm.error.CorruptRegionException;
import io.shm.heap.Block;
import io.shm.layout.BroadcastSlotLayout;
import io.shm.layout.BroadcastWord;
import io.shm.layout.SubscriptionLayout;
import io.shm.ledger.BroadcastState;
import io.shm.ledger.BroadcastStates;
import io.shm.ledger.SubscriptionStates;
import io.shm.memory.SharedMemory;
import java.util.concurrent.TimeUnit;

/**
 * One that gets what a {@link Broadcast} sends, until it is closed.
 *
 * <p>Threads: safe, one at a time gets a message. A process that dies, or leaves the region, has its subscriptions ended.
 */
public final class Subscription implements AutoCloseable {
    /** How often it looks whether a sender finishes, before it goes past it. */
    private static final int LOOKS_AT_A_WRITER = 200;

    private final Broadcast broadcast;
    private final SharedMemory memory;
    private final BroadcastRing ring;
    private final int index;
    private final int bit;
    private final long active;
    private final Waiting waiting;
    /** All before it that is for this subscription was read. */
    private long cursor;

    private volatile boolean closed;
    /** As it was at the end; who subscribes in its place has another. */
    private volatile long missedAtEnd = -1;
    /** Handlers of this subscription that run: one may get a further message within. */
    private int delivering;

    Subscription(Broadcast broadcast, int index, long active, WaitStrategy strategy) {
        this.broadcast = broadcast;
        this.memory = broadcast.memory();
        this.ring = broadcast.ring();
        this.index = index;
        this.bit = 1 << index;
        this.active = active;
        this.waiting = new Waiting(strategy, broadcast.heap().owner(), "broadcast " + broadcast.name());
        // What is sent since this subscription has been active may lie a whole lap behind the tail.
        this.cursor = ring.tail() - broadcast.capacity();
        noteCursor(ring.tail());
    }

    private void noteCursor(long position) {
        memory.putLongRelease(broadcast.figuresAt(index) + SubscriptionLayout.CURSOR_OFFSET, position);
    }

    /** Messages that this subscription was too slow for, since it began, until it is closed. */
    public long missed() {
        broadcast.checkOpen();
        return missedAtEnd >= 0 ? missedAtEnd : missedByNow();
    }

    private long missedByNow() {
        return SubscriptionStates.missed(
                memory.getLongAcquire(broadcast.figuresAt(index) + SubscriptionLayout.MISSED_OFFSET), active);
    }

    /** Positions that it is behind, as far as the hints know. */
    public synchronized long lag() {
        broadcast.checkOpen();
        return Math.max(0, Math.min(broadcast.capacity(), ring.tail() - cursor));
    }

    /** Whether it fell so far behind that it gets nothing any more: to be closed. */
    public boolean isDetached() {
        broadcast.checkOpen();
        return !closed && !isActive();
    }

    private boolean isActive() {
        return memory.getLongAcquire(broadcast.block().subscriptionAt(index)) == active;
    }

    /**
     * Gets the next message, if there is one.
     *
     * @param handler reads it; {@link Message#shared()} is its block, if it is one
     * @return false where there is none
     * @throws IllegalStateException if it was closed, or {@link #isDetached detached}
     */
    public synchronized boolean poll(MessageHandler handler) {
        checkActive();
        try {
            long position = next();
            if (position < 0) {
                return false;
            }
            delivering++;
            try {
                // Who detaches does so before it takes bits out: if one was missing on the way here, it is seen now.
                checkAttached();
                deliver(handler, ring.slotAt(position));
            } finally {
                delivering--;
                endRead(position);
            }
            return true;
        } catch (InternalError e) {
            throw broadcast.heap().lost(e);
        }
    }

    private void endRead(long position) {
        try {
            broadcast.takeOut(ring.slotAt(position), 0, bit);
        } finally {
            noteCursor(cursor);
            if (closed && delivering == 0) {
                leave();
            }
        }
    }

    /** Gets up to so many messages; returns how many. */
    public int poll(MessageHandler handler, int limit) {
        int received = 0;
        while (received < limit && poll(handler)) {
            received++;
        }
        return received;
    }

    /**
     * As {@link #poll(MessageHandler)}, but waits for a message.
     *
     * @return false where there was none in time
     * @throws InterruptedException if the thread is interrupted while it waits; noticed within 50 milliseconds
     */
    public boolean receive(MessageHandler handler, long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = Waiting.deadline(timeout, unit);
        for (int round = 0; ; round++) {
            waiting.announce(broadcast.receivers(), round);
            if (poll(handler)) {
                return true;
            }
            if (waiting.pauses(round)) {
                heal();
            }
            if (!waiting.goesOn(broadcast.receivers(), round, deadline)) {
                return false;
            }
        }
    }

    private void deliver(MessageHandler handler, long slot) {
        Message message = Message.ofThread();
        try {
            int size = memory.getInt(slot + BroadcastSlotLayout.SIZE_OFFSET);
            Block block = size == BroadcastSlotLayout.IS_BLOCK
                    ? broadcast.cells().resolve(slot + BroadcastSlotLayout.CELL_OFFSET)
                    : null;
            if (block != null) {
                message.readsShared(memory, block);
            } else if (size == BroadcastSlotLayout.IS_BLOCK) {
                throw new CorruptRegionException("corrupt region: a broadcast's cell has lost its block: slot=" + slot);
            } else {
                message.reads(
                        memory,
                        slot + BroadcastSlotLayout.PAYLOAD_OFFSET,
                        Math.max(0, Math.min(size, Broadcast.INLINE_BYTES)),
                        0,
                        false);
            }
            handler.onMessage(message);
        } finally {
            message.end();
        }
    }

    /** Makes the next message one that this subscription reads; negative where there is none. */
    private long next() {
        boolean resynced = false;
        for (int step = 0; step < 2 * broadcast.capacity() + 64; step++) {
            long position = cursor;
            long word = ring.word(position);
            int ahead = ring.filled(position, word);
            if (ahead < -1 && !resynced) {
                resynced = true;
                cursor = ring.resync() - broadcast.capacity();
                continue;
            }
            if (ahead < 0) {
                return -1;
            }
            if (ahead > 0) {
                // All that lay there before is over, lap by lap.
                cursor += (long) (ahead - 1) * broadcast.capacity() + 1;
                continue;
            }
            BroadcastState state = BroadcastStates.of(word);
            if (state == BroadcastState.WRITING) {
                if (!ring.isFilled(position + 1)) {
                    return -1;
                }
                goPast(position, word);
            } else if (state != BroadcastState.FULL || (BroadcastWord.pending(word) & bit) == 0) {
                cursor++;
            } else if (BroadcastStates.read(memory, ring.slotAt(position), word, bit)) {
                cursor++;
                if (BroadcastWord.pending(word) == bit && BroadcastWord.reading(word) != 0) {
                    // Others may read it for long, or be stopped: a sender that waits may go past it now.
                    broadcast.senders().wake();
                }
                return position;
            }
        }
        return -1;
    }

    /** A sender that writes is given a moment, and then its turn is over: it may be stopped, or dead. */
    private void goPast(long position, long writing) {
        for (int look = 0; look < LOOKS_AT_A_WRITER; look++) {
            if (ring.word(position) != writing) {
                return;
            }
            Thread.onSpinWait();
        }
        BroadcastStates.skip(memory, ring.slotAt(position), writing, BroadcastWord.lap(writing));
    }

    /** Before it sleeps: a cursor that is ahead of what was filled has come from a damaged hint. */
    private synchronized void heal() {
        long before = cursor - 1;
        if (before >= 0 && !ring.isFilled(before)) {
            cursor = ring.resync() - broadcast.capacity();
        }
    }

    private void checkActive() {
        broadcast.checkOpen();
        if (closed) {
            throw new IllegalStateException("this subscription to '" + broadcast.name() + "' is closed");
        }
        checkAttached();
    }

    private void checkAttached() {
        if (!isActive()) {
            throw new IllegalStateException("this subscription to '" + broadcast.name()
                    + "' was detached, as it fell behind: close it, and subscribe anew");
        }
    }

    /**
     * Ends the subscription: what it had not read it will not read. Within its own handler at the end of that, as the message
     * is there until then. Idempotent.
     */
    @Override
    public synchronized void close() {
        if (!closed && !broadcast.heap().isClosed()) {
            closed = true;
            if (delivering == 0) {
                leave();
            }
        }
    }

    private void leave() {
        if (broadcast.heap().isClosed()) {
            return;
        }
        CorruptRegionException[] damage = new CorruptRegionException[1];
        try {
            broadcast.checkOpen();
            missedAtEnd = missedByNow();
            broadcast.block().leave(memory, index, active, cell -> {
                try {
                    broadcast.cells().empty(cell);
                } catch (CorruptRegionException e) {
                    // Told of once it has left: the rest of its bits go first.
                    damage[0] = e;
                }
            });
            broadcast.senders().wake();
        } catch (InternalError e) {
            throw broadcast.heap().lost(e);
        }
        if (damage[0] != null) {
            throw damage[0];
        }
    }

    @Override
    public String toString() {
        return "Subscription[" + broadcast.name() + " " + index + (closed ? ", closed]" : "]");
    }
}
