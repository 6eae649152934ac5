package io.shm.schedule;

import io.shm.memory.SharedMemory;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The plain stores of one participant that nothing has ordered yet: it sees them itself, nobody else does. They reach the
 * memory in order, some time; when the participant dies, all, none or some of them do.
 */
final class StoreBuffer {
    private final SharedMemory memory;
    private final int most;
    private long[] offsets = new long[32];
    private long[] values = new long[32];
    private int[] sizes = new int[32];
    private int first;
    private int end;
    /** A bit for each word that may have a store here: most reads need not look further. */
    private long words;

    /**
     * @param most stores that are kept back; 0 for none
     */
    StoreBuffer(SharedMemory memory, int most) {
        this.memory = memory;
        this.most = most;
    }

    void store(long offset, long value, int size) {
        if (most == 0) {
            apply(offset, value, size);
            return;
        }
        if (end == offsets.length) {
            makeRoom();
        }
        offsets[end] = offset;
        values[end] = value;
        sizes[end] = size;
        end++;
        words |= bit(offset);
        if (end - first > most) {
            drainOne();
        }
    }

    private void makeRoom() {
        if (first > 0) {
            System.arraycopy(offsets, first, offsets, 0, end - first);
            System.arraycopy(values, first, values, 0, end - first);
            System.arraycopy(sizes, first, sizes, 0, end - first);
            end -= first;
            first = 0;
        } else {
            offsets = java.util.Arrays.copyOf(offsets, end * 2);
            values = java.util.Arrays.copyOf(values, end * 2);
            sizes = java.util.Arrays.copyOf(sizes, end * 2);
        }
    }

    /** Index of the newest store to exactly this place, or -1; where stores only touch it, all are let through. */
    int find(long offset, int size) {
        if ((words & bit(offset)) == 0) {
            return -1;
        }
        for (int i = end - 1; i >= first; i--) {
            if (offsets[i] == offset && sizes[i] == size) {
                return i;
            }
            if (offsets[i] < offset + size && offset < offsets[i] + sizes[i]) {
                drain();
                return -1;
            }
        }
        return -1;
    }

    long value(int index) {
        return values[index];
    }

    /** Lets everything through. */
    void drain() {
        while (first < end) {
            drainOne();
        }
    }

    void drainSome(SplittableRandom random) {
        for (int some = first == end ? 0 : random.nextInt(end - first + 1); some > 0; some--) {
            drainOne();
        }
    }

    private void drainOne() {
        apply(offsets[first], values[first], sizes[first]);
        first++;
        if (first == end) {
            clear();
        }
    }

    /** A death: of each place the first so many stores happen, which may be all or none. */
    void lose(Loss loss, SplittableRandom random) {
        Set<Long> lost = new HashSet<>();
        for (int i = first; i < end; i++) {
            boolean keep = switch (loss) {
                case NONE -> true;
                case ALL -> false;
                case SOME -> !lost.contains(offsets[i]) && random.nextBoolean();
            };
            if (keep) {
                apply(offsets[i], values[i], sizes[i]);
            } else {
                lost.add(offsets[i]);
            }
        }
        clear();
    }

    private void clear() {
        first = 0;
        end = 0;
        words = 0;
    }

    private void apply(long offset, long value, int size) {
        switch (size) {
            case 1 -> memory.putByte(offset, (byte) value);
            case 2 -> memory.putShort(offset, (short) value);
            case 4 -> memory.putInt(offset, (int) value);
            default -> memory.putLong(offset, value);
        }
    }

    private static long bit(long offset) {
        return 1L << (offset >>> 3);
    }

    /** Which stores a death loses. */
    enum Loss {
        NONE,
        ALL,
        SOME
    }
}
