package io.shm.cli.demo;

import io.shm.segment.Segment;

/** The name of a segment that must not outlive the demo, Ctrl-C included. */
final class Leftover {
    private final String reference;
    private final Thread hook;

    private Leftover(String reference) {
        this.reference = reference;
        this.hook = new Thread(this::removeName, "demo-leftover");
    }

    /** @param unwanted whether it is to go at all; a segment without a name goes by itself */
    static Leftover of(Segment segment, boolean unwanted) {
        return of(unwanted && segment.path() != null ? segment.path().toString() : null);
    }

    /** @param reference null where nothing is to go */
    static Leftover of(String reference) {
        Leftover leftover = new Leftover(reference);
        Runtime.getRuntime().addShutdownHook(leftover.hook);
        return leftover;
    }

    void remove() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            return;
        }
        removeName();
    }

    private void removeName() {
        if (reference != null) {
            Segment.remove(reference);
        }
    }
}
