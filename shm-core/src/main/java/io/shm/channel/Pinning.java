package io.shm.channel;

import java.util.BitSet;
import net.openhft.affinity.Affinity;

/**
 * Keeps the calling thread on one processor until it is closed, by the same thread: for one that spins ({@link
 * WaitStrategy#BUSY_SPIN}). What the thread might run on before is restored then.
 *
 * <pre>{@code
 * try (Pinning pinned = Pinning.toCpu(3)) {
 *     while (running) {
 *         channel.poll(handler);
 *     }
 * }
 * }</pre>
 *
 * <p>By OpenHFT Affinity, {@code net.openhft:affinity}, which a program brings that wants this, with JNA. Threads that are
 * started while one is pinned inherit the processor. Nobody else is kept off it: that is the machine's configuration.
 */
public final class Pinning implements AutoCloseable {
    private final int cpu;
    private final BitSet before;
    private final Thread thread;
    private boolean closed;

    private Pinning(int cpu, BitSet before) {
        this.cpu = cpu;
        this.before = before;
        this.thread = Thread.currentThread();
    }

    /**
     * Pins the calling thread.
     *
     * @param cpu as the system numbers them, from 0
     * @throws IllegalArgumentException if the thread may not run there: there is no such processor, or its process is kept to
     *     others ({@code taskset}, a container)
     * @throws IllegalStateException if Affinity is not on the class path, or the system refuses
     */
    public static Pinning toCpu(int cpu) {
        try {
            BitSet before = Affinity.getAffinity();
            if (cpu < 0 || !before.get(cpu)) {
                throw new IllegalArgumentException(
                        "processor " + cpu + " is not among those that this thread may run on: " + before);
            }
            BitSet only = new BitSet();
            only.set(cpu);
            Affinity.setAffinity(only);
            // A refusal is not always told.
            if (!Affinity.getAffinity().equals(only)) {
                Affinity.setAffinity(before);
                throw new IllegalStateException("the system does not pin this thread to processor " + cpu);
            }
            return new Pinning(cpu, before);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "pinning needs net.openhft:affinity and JNA on the class path: " + e.getMessage(), e);
        }
    }

    public int cpu() {
        return cpu;
    }

    /**
     * Lets the thread run where it might before. Idempotent.
     *
     * @throws IllegalStateException if another thread calls it
     */
    @Override
    public void close() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("a thread ends its own pinning: " + thread.getName());
        }
        if (!closed) {
            closed = true;
            Affinity.setAffinity(before);
        }
    }

    @Override
    public String toString() {
        return "Pinning[cpu " + cpu + (closed ? ", closed]" : "]");
    }
}
