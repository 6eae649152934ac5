package io.shm.inspect;

import io.shm.layout.HeaderLayout;
import io.shm.memory.SharedMemory;
import io.shm.participant.SlotLocks;
import io.shm.segment.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Where the bytes that an inspector looks at come from.
 *
 * @param reference as the caller named it, for messages
 * @param path of the file; the reference where there is none
 * @param copy whether the file is not where the region was made
 * @param locks the region's liveness locks, only ever probed
 * @param close lets go of the memory
 */
public record Source(String reference, String path, boolean copy, SlotLocks locks, Runnable close) {
    /** Locks of a region that are not here: nothing is known about who is alive. */
    public static final SlotLocks NO_LOCKS = new ProbedLocks(null);

    /** An attached segment; closing the inspector closes it. */
    static Source of(Segment segment, String reference) {
        Path path = segment.path();
        boolean copy = path != null && isCopy(path, segment.memory());
        return new Source(
                reference,
                path == null ? reference : path.toString(),
                copy,
                copy ? NO_LOCKS : new ProbedLocks(segment.lockFile()),
                segment::close);
    }

    /** A copy has no lock file beside it, or one that is not the region's. */
    private static boolean isCopy(Path path, SharedMemory memory) {
        if (memory.size() < HeaderLayout.LENGTH) {
            return true;
        }
        try {
            Object inode = Files.getAttribute(RegionFolder.lockFileOf(path), "unix:ino", LinkOption.NOFOLLOW_LINKS);
            return (Long) inode != memory.getLong(HeaderLayout.LOCK_INODE_OFFSET);
        } catch (IOException e) {
            return true;
        }
    }
}
