package io.shm.schedule;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Lets one of several threads run at a time, and passes on to another at points that a seed determines.
 *
 * <p>In one style the next is drawn again and again, after so many accesses on average; in the other everybody runs to
 * the end but for a few preemptions, which finds what needs few of them in just the right places.
 *
 * <p>All fields but the turn are used by the thread whose turn it is.
 */
final class Scheduler {
    /** Far more than any program needs; a read is one, a write eight. */
    private static final long MOST_TICKS = 3_000_000;

    /** Far more than it takes to settle and check what all have left. */
    private static final long MOST_TICKS_AFTERWARDS = 300_000_000;

    private static final int[] GAPS = {6, 20, 60, 250, 1500};
    private static final int[] LENGTHS = {300, 2000, 10_000, 40_000};
    private static final int NOBODY = -1;

    private final int actors;
    private final SplittableRandom random;
    private final IntConsumer atSwitch;
    private final AtomicReferenceArray<Thread> waiting;
    private volatile int turn = NOBODY;

    /** 0 in the style of few preemptions. */
    private final int gap;

    private final long[] preemptions;
    private int preemption;
    private long nextSwitch;
    private long ticks;
    private long afterwards;
    private final long[] own;
    private final long[] dieAt;
    private final long[] stopAt;
    private final boolean[] finished;
    private final boolean[] stopped;
    private boolean over;

    /** @param atSwitch is told whose turn ends */
    Scheduler(int actors, SplittableRandom random, IntConsumer atSwitch) {
        this.actors = actors;
        this.random = random;
        this.atSwitch = atSwitch;
        this.waiting = new AtomicReferenceArray<>(actors);
        this.own = new long[actors];
        this.dieAt = new long[actors];
        this.stopAt = new long[actors];
        this.finished = new boolean[actors];
        this.stopped = new boolean[actors];
        Arrays.fill(dieAt, Long.MAX_VALUE);
        Arrays.fill(stopAt, Long.MAX_VALUE);
        this.gap = random.nextInt(3) == 0 ? 0 : GAPS[random.nextInt(GAPS.length)];
        this.preemptions = new long[gap == 0 ? 1 + random.nextInt(4) : 0];
        for (int i = 0; i < preemptions.length; i++) {
            preemptions[i] = 1L + random.nextInt(LENGTHS[random.nextInt(LENGTHS.length)]);
        }
        Arrays.sort(preemptions);
        nextSwitch = 1;
        drawNextSwitch();
    }

    /** The actor dies at its own access of about that number from now. */
    void dieIn(int actor, long ticksFromNow) {
        dieAt[actor] = own[actor] + ticksFromNow;
    }

    /** The actor is stopped there, until all others have finished. */
    void stopIn(int actor, long ticksFromNow) {
        stopAt[actor] = own[actor] + ticksFromNow;
    }

    boolean isDying(int actor) {
        return dieAt[actor] != Long.MAX_VALUE;
    }

    /** A new life of the same thread. */
    void revive(int actor) {
        dieAt[actor] = Long.MAX_VALUE;
    }

    /** Accesses of all, writes counted eightfold. */
    long ticks() {
        return ticks;
    }

    // ---------------------------------------------------------------- by the threads

    /** Before each access, by the thread of the actor, or another one that works for it. */
    void point(int actor, int weight) {
        if (over) {
            afterwards += weight;
            if (afterwards > MOST_TICKS_AFTERWARDS) {
                throw new AssertionError("somebody does not finish, though nobody else does anything");
            }
            return;
        }
        ticks += weight;
        long its = own[actor] += weight;
        if (its >= dieAt[actor]) {
            throw new Death("participant " + actor);
        }
        if (ticks >= nextSwitch || its >= stopAt[actor]) {
            pause(actor, its);
        }
    }

    private void pause(int actor, long its) {
        if (ticks > MOST_TICKS) {
            throw new AssertionError("somebody does not finish");
        }
        if (its >= stopAt[actor]) {
            stopAt[actor] = Long.MAX_VALUE;
            stopped[actor] = true;
        }
        drawNextSwitch();
        int next = next(actor);
        if (next != actor && next != NOBODY) {
            atSwitch.accept(actor);
            passTo(next);
            await(actor);
        }
        stopped[actor] = false;
    }

    private void drawNextSwitch() {
        if (gap > 0) {
            nextSwitch = ticks + 1 + random.nextInt(2 * gap);
        } else {
            nextSwitch = preemption < preemptions.length ? preemptions[preemption++] : MOST_TICKS + 1;
        }
    }

    /** Who goes on: of those that can, any; the preempted one too, but for the style of few preemptions. */
    private int next(int actor) {
        int[] can = new int[actors];
        int count = 0;
        for (int i = 0; i < actors; i++) {
            if (!finished[i] && !stopped[i] && (gap > 0 || i != actor)) {
                can[count++] = i;
            }
        }
        if (count > 0) {
            return can[random.nextInt(count)];
        }
        for (int i = 0; i < actors; i++) {
            if (!finished[i] && i != actor) {
                stopped[i] = false;
                return i;
            }
        }
        return finished[actor] ? NOBODY : actor;
    }

    /** Waits for the first turn, or the next one. */
    void await(int actor) {
        waiting.set(actor, Thread.currentThread());
        while (turn != actor) {
            LockSupport.park(this);
        }
    }

    private void passTo(int next) {
        turn = next;
        LockSupport.unpark(waiting.get(next));
    }

    /** Gives the first turn. */
    void begin() {
        passTo(random.nextInt(actors));
    }

    /**
     * The actor's program has ended.
     *
     * @return whether it was the last
     */
    boolean finish(int actor) {
        finished[actor] = true;
        atSwitch.accept(actor);
        int next = next(actor);
        if (next == NOBODY) {
            over = true;
            return true;
        }
        passTo(next);
        return false;
    }
}
