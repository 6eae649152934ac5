package io.shm.cli.demo;

import io.shm.segment.Access;
import io.shm.segment.Segment;

/** The child of the alphabet: writes a letter whenever its parent has seen the one before. */
public final class AlphabetChild {
    private AlphabetChild() {}

    /** @param args what to attach */
    public static void main(String[] args) {
        ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
        try (Segment segment = Segment.attach(args[0], Access.READ_WRITE)) {
            AlphabetMemory memory = new AlphabetMemory(segment.memory());
            for (int i = 0; i < AlphabetMemory.LETTERS; i++) {
                if (!memory.awaitRead(i, parent::isAlive)) {
                    return;
                }
                memory.write(i);
            }
        }
    }
}
