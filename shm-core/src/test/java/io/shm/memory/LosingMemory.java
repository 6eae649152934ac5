package io.shm.memory;

import io.shm.ladder.Ladder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Memory whose process dies before its n-th write, and of whose plain stores since the last ordered one any subset never
 * happened: what a compiler and a processor may make of a program that is killed.
 */
public final class LosingMemory extends WatchedMemory {
    private final long dieBefore;
    private final Random random;
    private final List<Store> plain = new ArrayList<>();
    private long writes;

    /** A plain store that nothing has ordered yet. */
    private static final class Store {
        private final long offset;
        private final byte[] before;

        Store(long offset, byte[] before) {
            this.offset = offset;
            this.before = before;
        }

        long offset() {
            return offset;
        }

        byte[] before() {
            return before;
        }
    }

    /**
     * Writes through to another memory.
     *
     * @param random which stores are lost; null for none
     */
    public LosingMemory(SharedMemory inner, long dieBefore, Random random) {
        super(inner);
        this.dieBefore = dieBefore;
        this.random = random;
    }

    /**
     * What a death may lose: nothing, all that nothing has ordered, and any of it, that so often as {@code
     * -Dshm.ladder.losses} says.
     */
    public static List<Random> losses(Random some) {
        List<Random> losses = new ArrayList<>();
        losses.add(null);
        losses.add(new Everything());
        losses.addAll(Collections.nCopies(Ladder.size("losses", 1, 12), some));
        return losses;
    }

    /** Of the stores to a place it keeps none. */
    private static final class Everything extends Random {
        private static final long serialVersionUID = 1L;

        @Override
        public int nextInt(int bound) {
            return 0;
        }
    }

    public long writes() {
        return writes;
    }

    @Override
    protected void beforeWrite(long offset) {
        writes++;
        if (writes == dieBefore && random != null) {
            lose();
        }
        if (writes >= dieBefore) {
            throw new Crash("died before write " + writes + " at offset=" + offset);
        }
    }

    /** Two stores to one place keep their order; so one place loses its last stores, or none. */
    private void lose() {
        Map<Long, Integer> kept = new HashMap<>();
        Map<Long, Integer> seen = new HashMap<>();
        plain.forEach(store -> kept.merge(store.offset(), 1, Integer::sum));
        kept.replaceAll((offset, stores) -> random.nextInt(stores + 1));
        List<Store> lost = new ArrayList<>();
        for (Store store : plain) {
            if (seen.merge(store.offset(), 1, Integer::sum) > kept.get(store.offset())) {
                lost.add(0, store);
            }
        }
        for (Store store : lost) {
            super.putBytesUnwatched(store.offset(), store.before());
        }
    }

    private void note(long offset, long length) {
        byte[] before = new byte[(int) length];
        getBytes(offset, before, 0, before.length);
        plain.add(new Store(offset, before));
    }

    private void ordered() {
        plain.clear();
    }

    @Override
    public void putInt(long offset, int value) {
        note(offset, 4);
        super.putInt(offset, value);
    }

    @Override
    public void putLong(long offset, long value) {
        note(offset, 8);
        super.putLong(offset, value);
    }

    @Override
    public void fill(long offset, long length, byte value) {
        note(offset, length);
        super.fill(offset, length, value);
    }

    @Override
    public void copy(long from, long to, long length) {
        note(to, length);
        super.copy(from, to, length);
    }

    @Override
    public void putBytes(long offset, byte[] source, int from, int length) {
        note(offset, length);
        super.putBytes(offset, source, from, length);
    }

    // An ordered write has all earlier stores before it; they are kept once it has happened.

    @Override
    public void putLongRelease(long offset, long value) {
        super.putLongRelease(offset, value);
        ordered();
    }

    @Override
    public void putLongVolatile(long offset, long value) {
        super.putLongVolatile(offset, value);
        ordered();
    }

    @Override
    public boolean compareAndSetLong(long offset, long expected, long value) {
        boolean set = super.compareAndSetLong(offset, expected, value);
        ordered();
        return set;
    }

    @Override
    public long getAndAddLong(long offset, long delta) {
        long before = super.getAndAddLong(offset, delta);
        ordered();
        return before;
    }

    @Override
    public long getAndSetLong(long offset, long value) {
        long before = super.getAndSetLong(offset, value);
        ordered();
        return before;
    }

    /** The process is dead: nothing may catch this but the test. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash(String message) {
            super(message, null, false, false);
            Ladder.died();
        }
    }
}
