package io.shm.cli.machine;

import io.shm.segment.Kind;
import io.shm.segment.MachineSegments;
import io.shm.segment.SegmentInfo;
import java.nio.file.Path;

/** The files behind our System V segments, whether they hold a region or not. */
public final class SystemVFiles {
    private static final Path MEMORY_FOLDER = Path.of("/dev/shm");

    private SystemVFiles() {}

    /** Null if no segment has the key. */
    public static Path of(long key) {
        for (SegmentInfo segment : MachineSegments.in(MEMORY_FOLDER)) {
            if (segment.kind() == Kind.SYSV && Integer.toUnsignedLong(segment.key()) == key && key != 0) {
                return segment.path();
            }
        }
        return null;
    }
}
