package io.shm.heap;

/** Is told what this process does to the blocks of a region. */
@FunctionalInterface
public interface EventListener {
    /**
     * Called by the thread that has done it, after it is done and before its call returns; without a lock of the heap. May
     * allocate and free itself: such events of this thread are not told to anybody, those of other threads are. What it
     * throws goes to the thread's handler of uncaught exceptions, and changes nothing. Of a fault, which may be proven in the
     * middle of things, it is told within 10 ms by a thread of the toolkit's, which it must not hold up.
     */
    void onEvent(Event event);
}
