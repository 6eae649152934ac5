package io.shm.heap;

/**
 * Room before and behind what a thread writes with every operation.
 *
 * <p>The collector puts objects of two threads side by side; a line of the cache that one writes and the other reads
 * makes an allocation cost twice as much. Fields of a superclass come first, so a class that is written all the time
 * extends {@link Before}, and what is made of it extends it once more with fields of its own.
 */
final class Padding {
    /** How many longs: two cache lines, because processors fetch them in pairs. */
    static final int LONGS = 16;

    @SuppressWarnings("unused")
    abstract static class Before {
        private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
    }

    private Padding() {}
}
