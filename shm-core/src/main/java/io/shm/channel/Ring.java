package io.shm.channel;

import io.shm.error.CorruptRegionException;
import io.shm.layout.ChannelLayout;
import io.shm.layout.QueueWord;
import io.shm.ledger.ChannelBlock;
import io.shm.ledger.Handover;
import io.shm.ledger.QueueState;
import io.shm.ledger.QueueStates;
import io.shm.memory.SharedMemory;
import java.util.Locale;

/**
 * The positions of a channel: which is the next to be filled, and which the next to be taken. The cells tell; head and tail
 * in the region only say where to begin to look. They trail behind, by what somebody died or was stopped before he
 * raised them, or by a late store of an old value; that costs some steps. A hint that is ahead of the truth is damage: it
 * shows in a cell that is behind, and both are set anew.
 *
 * <p>After the idea of a lap number in each cell: D. Vyukov, "Bounded MPMC queue" (2010). Here it is the decisive word
 * too, and there is no ticket that a dead process could keep.
 *
 * <p>Threads and processes: safe. Every loop is bounded by the number of cells.
 */
final class Ring {
    private static final int LAP_UNKNOWN = Integer.MIN_VALUE;

    private final SharedMemory memory;
    private final Handover handover;
    private final long at;
    private final int capacity;
    private final int shift;
    private final boolean isReadByOne;

    Ring(SharedMemory memory, Handover handover, ChannelBlock block) {
        this.memory = memory;
        this.handover = handover;
        this.at = block.at();
        this.capacity = block.capacity();
        this.shift = Integer.numberOfTrailingZeros(capacity);
        this.isReadByOne = block.hasOneReceiver();
    }

    int capacity() {
        return capacity;
    }

    long cellAt(long position) {
        return ChannelLayout.slotAt(at, (int) position & (capacity - 1));
    }

    int lapAt(long position) {
        return (int) (position >>> shift) & QueueWord.LAP_MASK;
    }

    /** Any number may be there: it is made one that can be a position. */
    private long hint(int offset) {
        return memory.getLongAcquire(at + offset) & (Long.MAX_VALUE >>> 1);
    }

    long head() {
        return hint(ChannelLayout.HEAD_OFFSET);
    }

    long tail() {
        return hint(ChannelLayout.TAIL_OFFSET);
    }

    void raiseHead(long position) {
        raise(ChannelLayout.HEAD_OFFSET, position);
    }

    void raiseTail(long position) {
        raise(ChannelLayout.TAIL_OFFSET, position);
    }

    /** Not atomic, and need not be: two that raise it at once may leave the lower value. */
    private void raise(int offset, long position) {
        if (memory.getLong(at + offset) < position) {
            memory.putLongRelease(at + offset, position);
        }
    }

    /** Whether the tail says rightly where there is room: the usual case, without a look at others. */
    boolean isRoomAt(long tail) {
        return memory.getLongAcquire(cellAt(tail)) == QueueStates.empty(lapAt(tail));
    }

    /** Whether nothing was put yet where the head says that the next is. */
    boolean isNothingAt(long head) {
        return memory.getLongAcquire(cellAt(head)) == QueueStates.empty(lapAt(head));
    }

    /**
     * The first position, from one on that is not behind it, that is to be filled. A slot that somebody keeps is passed only
     * if there is room behind it: else it is room itself as soon as he has finished, and once passed it would not be.
     *
     * @return its complement where the cell is still in use for the message of the lap before: the queue is full
     */
    long toFill(long from) {
        long position = from;
        long room = from;
        boolean resynced = false;
        for (int step = 0; step < 2 * capacity + 64; step++) {
            long cell = cellAt(position);
            int lap = lapAt(position);
            long word = memory.getLongAcquire(cell);
            if (word == QueueStates.empty(lap)) {
                return position;
            }
            int filled = lastFilled(cell, word);
            if (filled == LAP_UNKNOWN) {
                continue;
            }
            int ahead = QueueWord.ahead(filled, lap);
            if (ahead >= 0) {
                position += (long) ahead * capacity + 1;
            } else if (ahead == -1 && isPassable(word)) {
                room = position < room ? room : roomBehind(position);
                if (room < 0 && memory.getLongAcquire(cell) == word) {
                    return ~position;
                }
                QueueStates.pass(memory, cell, word);
            } else if (ahead == -1) {
                return ~position;
            } else if (!resynced) {
                resynced = true;
                resync();
                position = tail();
            } else if (QueueStates.of(word) == QueueState.EMPTY) {
                // Damage, or a repair's 0: it is empty, and for this lap as well as for another.
                memory.compareAndSetLong(cell, word, QueueStates.empty(lap));
            } else {
                return ~position;
            }
        }
        return ~position;
    }

    /** The first empty slot behind one that is kept, and others that are; negative where a message comes first. */
    private long roomBehind(long kept) {
        for (long next = kept + 1; next < kept + capacity; next++) {
            long word = memory.getLongAcquire(cellAt(next));
            if (word == QueueStates.empty(lapAt(next))) {
                return next;
            }
            if (!isPassable(word)) {
                return -1;
            }
        }
        return -1;
    }

    /**
     * The first position, from one on that is not behind it, that is not over.
     *
     * @return its complement where nothing was put there yet
     */
    long toTake(long from) {
        long position = from;
        boolean resynced = false;
        for (int step = 0; step < 2 * capacity + 64; step++) {
            long cell = cellAt(position);
            int lap = lapAt(position);
            long word = memory.getLongAcquire(cell);
            if (word == QueueStates.empty(lap)) {
                return ~position;
            }
            int filled = lastFilled(cell, word);
            if (filled == LAP_UNKNOWN) {
                continue;
            }
            int lapOver = isOver(word) ? filled : filled - 1;
            int ahead = QueueWord.ahead(lapOver, lap);
            if (ahead >= 0) {
                position += (long) ahead * capacity + 1;
            } else if (ahead == -1) {
                return QueueWord.ahead(filled, lap) == 0 ? position : ~position;
            } else if (!resynced) {
                resynced = true;
                resync();
                position = head();
            } else {
                return ~position;
            }
        }
        return ~position;
    }

    /** Whether something was put at a position. */
    boolean isFilled(long position) {
        long cell = cellAt(position);
        int filled = lastFilled(cell, memory.getLongAcquire(cell));
        return filled != LAP_UNKNOWN && QueueWord.ahead(filled, lapAt(position)) >= 0;
    }

    /** Whether what was put into a cell last is over, rather than there. */
    private static boolean isOver(long word) {
        QueueState state = QueueStates.of(word);
        return state == QueueState.EMPTY || isKept(state);
    }

    private static boolean isKept(QueueState state) {
        return state == QueueState.READING || state == QueueState.SKIPPED || state == QueueState.ORPHAN;
    }

    /** The one receiver that there is ends its reading by a store: that word nobody else may change. */
    private boolean isPassable(long word) {
        QueueState state = QueueStates.of(word);
        return isKept(state) && !(isReadByOne && state == QueueState.READING);
    }

    /** The last lap for which a cell was filled; unknown where it has just changed. */
    private int lastFilled(long cell, long word) {
        if (QueueWord.isOne(word)) {
            QueueState state = QueueStates.of(word);
            if (state == null) {
                throw damaged(cell, word);
            }
            return state == QueueState.EMPTY ? (QueueWord.lap(word) - 1) & QueueWord.LAP_MASK : QueueWord.lap(word);
        }
        long lap = handover.lapOf(cell, word);
        if (lap == Handover.DANGLING) {
            throw damaged(cell, word);
        }
        return lap < 0 ? LAP_UNKNOWN : (int) lap;
    }

    CorruptRegionException damaged(long cell, long word) {
        return new CorruptRegionException(String.format(
                Locale.ROOT,
                "corrupt region: a channel's cell holds neither a message nor room for one: cell=%d observed=0x%016x",
                cell,
                word));
    }

    /** Before a receiver sleeps although there may be something: are the hints what the cells say? */
    void heal() {
        long tail = tail();
        long position = toTake(head());
        if (position < 0 && (tail > ~position || !isFilled(~position - 1))) {
            resync();
        }
    }

    /**
     * Sets the hints to what the cells say: the tail behind the furthest position that was filled, the head to the first of
     * the lap before it that is not over. What is filled or over stays so, so they are not ahead. A cell that is of an earlier
     * lap than its neighbours is damaged.
     */
    void resync() {
        int lap = LAP_UNKNOWN;
        int last = 0;
        for (int i = 0; i < capacity; i++) {
            int its = lastFilled(cellAt(i), memory.getLongAcquire(cellAt(i)));
            if (its != LAP_UNKNOWN && (lap == LAP_UNKNOWN || QueueWord.ahead(its, lap) >= 0)) {
                lap = its;
                last = i;
            }
        }
        if (lap == LAP_UNKNOWN) {
            return;
        }
        // One time round is added, so that the lap before it is none below 0.
        long tail = (((long) lap + QueueWord.LAP_MASK + 1) << shift) + last + 1;
        long head = tail - capacity;
        while (head < tail && isTaken(head)) {
            head++;
        }
        memory.putLongRelease(at + ChannelLayout.TAIL_OFFSET, tail);
        memory.putLongRelease(at + ChannelLayout.HEAD_OFFSET, head);
    }

    private boolean isTaken(long position) {
        long cell = cellAt(position);
        long word = memory.getLongAcquire(cell);
        int filled = lastFilled(cell, word);
        return filled != LAP_UNKNOWN && QueueWord.ahead(isOver(word) ? filled : filled - 1, lapAt(position)) >= 0;
    }
}
