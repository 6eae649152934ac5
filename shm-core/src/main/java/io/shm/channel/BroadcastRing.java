package io.shm.channel;

import io.shm.error.CorruptRegionException;
import io.shm.layout.BroadcastLayout;
import io.shm.layout.BroadcastWord;
import io.shm.layout.QueueWord;
import io.shm.ledger.BroadcastBlock;
import io.shm.ledger.BroadcastState;
import io.shm.ledger.BroadcastStates;
import io.shm.memory.SharedMemory;
import java.util.Locale;

/**
 * The positions of a broadcast, as {@link Ring} has those of a channel: position p is lap p / capacity of slot p mod capacity.
 * The slots tell; the tail only says where to begin to look, and trails behind. Every position before the truth was filled or
 * passed.
 *
 * <p>Threads and processes: safe. Every loop is bounded by the number of slots.
 */
final class BroadcastRing {
    /** No position is to be filled before somebody goes on that reads, writes or frees. */
    static final long NONE = Long.MIN_VALUE;

    private final SharedMemory memory;
    private final BroadcastBlock block;
    private final int shift;

    BroadcastRing(SharedMemory memory, BroadcastBlock block) {
        this.memory = memory;
        this.block = block;
        this.shift = Integer.numberOfTrailingZeros(block.capacity());
    }

    long slotAt(long position) {
        return block.slotAt((int) position & (block.capacity() - 1));
    }

    int lapAt(long position) {
        return (int) (position >>> shift) & BroadcastWord.LAP_MASK;
    }

    long word(long position) {
        return memory.getLongAcquire(slotAt(position));
    }

    /** Any number may be there: it is made one that can be a position. */
    long tail() {
        return memory.getLongAcquire(block.at() + BroadcastLayout.TAIL_OFFSET) & (Long.MAX_VALUE >>> 1);
    }

    /** Not atomic, and need not be: two that raise it at once may leave the lower value. */
    void raiseTail(long position) {
        if (memory.getLong(block.at() + BroadcastLayout.TAIL_OFFSET) < position) {
            memory.putLongRelease(block.at() + BroadcastLayout.TAIL_OFFSET, position);
        }
    }

    /** How many laps what was put last into the slot of a position is ahead of that; negative: it is not filled yet. */
    int filled(long position, long word) {
        BroadcastState state = BroadcastStates.of(word);
        if (state == null) {
            throw new CorruptRegionException(String.format(
                    Locale.ROOT,
                    "corrupt region: a broadcast's slot has a word that it cannot have: offset=%d observed=0x%016x",
                    slotAt(position),
                    word));
        }
        return QueueWord.ahead(lastLap(word), lapAt(position));
    }

    /** The lap of what was put last into a slot. */
    private static int lastLap(long word) {
        boolean isEmpty = BroadcastStates.of(word) == BroadcastState.EMPTY;
        return (BroadcastWord.lap(word) - (isEmpty ? 1 : 0)) & BroadcastWord.LAP_MASK;
    }

    boolean isFilled(long position) {
        return filled(position, word(position)) >= 0;
    }

    /**
     * The first position, from one on that is not behind it, that is to be filled. Slots that somebody keeps are passed as long
     * as there is another to be had behind them, so once round at most.
     *
     * @return its complement where subscriptions are to read yet what lies there; or {@link #NONE}
     */
    long toFill(long from) {
        long position = from;
        long room = from;
        boolean resynced = false;
        for (int step = 0; step < 2 * block.capacity() + 64; step++) {
            long word = word(position);
            int ahead = filled(position, word);
            if (ahead >= 0) {
                position += (long) ahead * block.capacity() + 1;
            } else if (word == BroadcastStates.empty(lapAt(position))) {
                return position;
            } else if (ahead == -1) {
                if (isAwaited(word)) {
                    return ~position;
                }
                room = position < room ? room : nextRoom(position);
                if (room == NONE) {
                    return NONE;
                }
                goPast(position, word);
            } else if (!resynced) {
                resynced = true;
                position = resync();
            } else if (BroadcastStates.of(word) == BroadcastState.EMPTY) {
                // Damage: it is empty, and for this lap as well as for another.
                memory.compareAndSetLong(slotAt(position), word, BroadcastStates.empty(lapAt(position)));
            } else {
                return ~position;
            }
        }
        return ~position;
    }

    private static boolean isAwaited(long word) {
        return BroadcastStates.of(word) == BroadcastState.FULL && BroadcastWord.pending(word) != 0;
    }

    /** The next position whose slot is not kept: it is empty, or has a message to be read yet, which may be missed. */
    private long nextRoom(long position) {
        for (long next = position + 1; next < position + block.capacity(); next++) {
            long word = word(next);
            BroadcastState state = BroadcastStates.of(word);
            if (state == null || state == BroadcastState.EMPTY || isAwaited(word)) {
                return next;
            }
        }
        return NONE;
    }

    /** A slot that somebody keeps since the lap before is passed. */
    private void goPast(long position, long word) {
        if (BroadcastStates.of(word) == BroadcastState.WRITING) {
            BroadcastStates.skip(memory, slotAt(position), word, lapAt(position));
        } else {
            BroadcastStates.pass(memory, slotAt(position), word);
        }
    }

    /**
     * Sets the tail to what the slots say: the position behind the furthest that was filled. A slot before it that is of an
     * earlier lap than its neighbours is damaged.
     */
    long resync() {
        int lap = lastLap(word(0));
        int last = 0;
        for (int i = 1; i < block.capacity(); i++) {
            int its = lastLap(word(i));
            if (QueueWord.ahead(its, lap) >= 0) {
                lap = its;
                last = i;
            }
        }
        // One time round is added, so that the lap before it is none below 0.
        long tail = (((long) lap + BroadcastWord.LAP_MASK + 1) << shift) + last + 1;
        memory.putLongRelease(block.at() + BroadcastLayout.TAIL_OFFSET, tail);
        return tail;
    }
}
