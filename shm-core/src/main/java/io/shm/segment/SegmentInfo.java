package io.shm.segment;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A segment as seen without attaching it.
 *
 * @param reference what to pass to attach
 * @param path null without a name
 * @param kind null where the lock file does not tell: it is gone, or may not be read
 * @param size bytes as requested; the mapped size where the lock file does not tell
 * @param mapped bytes of the file
 * @param mode permission bits
 * @param uid owner
 * @param attachCount attachments now, by anybody; -1 where the lock file does not tell
 * @param key of a System V segment, 0 for a private one
 * @param id of a System V segment
 * @param creatorPid 0 where the lock file does not tell, as the last pid
 * @param createdAt null where the lock file does not tell
 * @param lastAttachedAt null for never, and where the lock file does not tell
 */
public record SegmentInfo(
        String reference,
        Path path,
        Kind kind,
        long size,
        long mapped,
        int mode,
        int uid,
        int attachCount,
        long inode,
        int key,
        int id,
        int creatorPid,
        int lastPid,
        Instant createdAt,
        Instant lastAttachedAt) {

    static SegmentInfo of(String reference, Path path, FileFacts facts, LockNote note, int attachCount) {
        boolean told = note != null;
        return new SegmentInfo(
                reference,
                path,
                told ? note.kind() : null,
                told ? note.requestedSize() : facts.size(),
                facts.size(),
                facts.mode(),
                facts.uid(),
                attachCount,
                facts.inode(),
                told ? note.key() : 0,
                told ? note.id() : 0,
                told ? note.creatorPid() : 0,
                told ? note.lastPid() : 0,
                told ? Instant.ofEpochMilli(note.createdAt()) : null,
                told && note.attachedAt() != 0 ? Instant.ofEpochMilli(note.attachedAt()) : null);
    }

    /** Whether the memory is there and nobody is attached. */
    public boolean isOrphan() {
        return attachCount == 0;
    }
}
