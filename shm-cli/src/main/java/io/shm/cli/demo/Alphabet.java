package io.shm.cli.demo;

import io.shm.cli.child.ChildJvm;
import io.shm.error.ShmException;
import io.shm.segment.Kind;
import io.shm.segment.Segment;
import io.shm.segment.SegmentSpec;
import io.shm.segment.SystemV;
import java.io.IOException;

/** Parent and child share a bare segment: the child writes a to z, the parent shows the string after each letter. */
public final class Alphabet {
    /** Takes what the parent sees. */
    @FunctionalInterface
    public interface Watcher {
        void sees(String letters) throws IOException;
    }

    private final Kind kind;
    private final String keptName;

    /** @param keptName the name to leave the segment under; null to leave nothing */
    public Alphabet(Kind kind, String keptName) {
        this.kind = kind;
        this.keptName = keptName;
    }

    /** @throws ShmException if the child dies before its last letter */
    public void run(Watcher watcher) throws IOException, InterruptedException {
        try (Segment segment = Segment.create(spec(), memory -> {})) {
            Leftover leftover = Leftover.of(segment, keptName == null);
            try (ChildJvm child = ChildJvm.start(AlphabetChild.class, segment.reference())) {
                AlphabetMemory memory = new AlphabetMemory(segment.memory());
                for (int i = 1; i <= AlphabetMemory.LETTERS; i++) {
                    String letters = memory.awaitLetters(i, child::isAlive);
                    if (letters == null) {
                        throw new ShmException("the child died before letter " + i + ": " + child.lastWords());
                    }
                    watcher.sees(letters);
                    memory.tellRead(i);
                }
                child.await();
            } finally {
                leftover.remove();
            }
        }
    }

    private SegmentSpec spec() {
        String name = keptName != null
                ? keptName
                : "shm-demo-" + ProcessHandle.current().pid();
        return switch (kind) {
            case NAMED -> SegmentSpec.named(name, AlphabetMemory.LENGTH);
            case ANONYMOUS -> SegmentSpec.anonymous(AlphabetMemory.LENGTH);
            case ZERO -> SegmentSpec.zero(AlphabetMemory.LENGTH);
            case SYSV -> SegmentSpec.systemV(SystemV.IPC_PRIVATE, AlphabetMemory.LENGTH);
        };
    }
}
