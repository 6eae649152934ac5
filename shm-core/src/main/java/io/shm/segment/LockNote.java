package io.shm.segment;

import io.shm.layout.LockFileLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a lock file says about its segment.
 *
 * @param key of a System V segment; 0 for a private one, and for other kinds
 * @param id of a System V segment, 0 for other kinds
 * @param lastPid who attached or detached last; 0 for nobody
 * @param createdAt milliseconds of the epoch, as are the other times; 0 for never
 * @param maximumSize bytes that its file may ever have; 0 for one that does not grow
 */
record LockNote(
        Kind kind,
        long requestedSize,
        int key,
        int id,
        int creatorPid,
        int lastPid,
        long createdAt,
        long attachedAt,
        long detachedAt,
        long removedAt,
        long maximumSize) {

    static LockNote ofNew(SegmentSpec spec, int id) {
        int pid = (int) ProcessHandle.current().pid();
        long now = System.currentTimeMillis();
        return new LockNote(
                spec.kind(), spec.size(), spec.key(), id, pid, 0, now, 0, 0, 0, spec.grows() ? spec.maximumSize() : 0);
    }

    /** Null when the bytes are not a lock file's. */
    static LockNote of(byte[] bytes) {
        ByteBuffer memory = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Kind kind = Kind.ofCode(memory.getInt(LockFileLayout.KIND_OFFSET));
        if (memory.getLong(LockFileLayout.MAGIC_OFFSET) != LockFileLayout.MAGIC
                || memory.getInt(LockFileLayout.FORMAT_OFFSET) != LockFileLayout.FORMAT
                || kind == null) {
            return null;
        }
        return new LockNote(
                kind,
                memory.getLong(LockFileLayout.REQUESTED_SIZE_OFFSET),
                memory.getInt(LockFileLayout.KEY_OFFSET),
                memory.getInt(LockFileLayout.ID_OFFSET),
                memory.getInt(LockFileLayout.CREATOR_PID_OFFSET),
                memory.getInt(LockFileLayout.LAST_PID_OFFSET),
                memory.getLong(LockFileLayout.CREATED_AT_OFFSET),
                memory.getLong(LockFileLayout.ATTACHED_AT_OFFSET),
                memory.getLong(LockFileLayout.DETACHED_AT_OFFSET),
                memory.getLong(LockFileLayout.REMOVED_AT_OFFSET),
                memory.getLong(LockFileLayout.MAXIMUM_SIZE_OFFSET));
    }

    /** Bytes to map of a file that grows; 0 if it does not, or nobody knows. Of one that is too long already, all of it. */
    static long maximumOf(LockNote note, long length) {
        if (note == null || note.maximumSize <= 0 || note.maximumSize > SegmentSpec.MAX_SIZE) {
            return 0;
        }
        return Math.max(length, note.maximumSize & -SegmentSpec.PAGE_BYTES);
    }

    byte[] bytes() {
        ByteBuffer memory = ByteBuffer.allocate(LockFileLayout.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        memory.putLong(LockFileLayout.MAGIC_OFFSET, LockFileLayout.MAGIC);
        memory.putInt(LockFileLayout.FORMAT_OFFSET, LockFileLayout.FORMAT);
        memory.putInt(LockFileLayout.KIND_OFFSET, kind.code());
        memory.putLong(LockFileLayout.REQUESTED_SIZE_OFFSET, requestedSize);
        memory.putInt(LockFileLayout.KEY_OFFSET, key);
        memory.putInt(LockFileLayout.ID_OFFSET, id);
        memory.putInt(LockFileLayout.CREATOR_PID_OFFSET, creatorPid);
        memory.putInt(LockFileLayout.LAST_PID_OFFSET, lastPid);
        memory.putLong(LockFileLayout.CREATED_AT_OFFSET, createdAt);
        memory.putLong(LockFileLayout.ATTACHED_AT_OFFSET, attachedAt);
        memory.putLong(LockFileLayout.DETACHED_AT_OFFSET, detachedAt);
        memory.putLong(LockFileLayout.REMOVED_AT_OFFSET, removedAt);
        memory.putLong(LockFileLayout.MAXIMUM_SIZE_OFFSET, maximumSize);
        return memory.array();
    }
}
