package io.shm.segment;

import java.io.IOException;

/**
 * Locks on single bytes of one file, and the file's content. Two ways to get them from the system: by a descriptor
 * ({@link DescriptorLocks}) and by the process ({@link ChannelLocks}); the two conflict with each other as they should.
 *
 * <p>A lock is exclusive; a shared one is somebody looking, and gone at once.
 */
interface ByteLocks {
    /** Takes a byte; false when anybody else has it, be it for an instant. */
    boolean tryLock(int index) throws IOException;

    void unlock(int index) throws IOException;

    /**
     * Takes again what the system has dropped behind our back, where it may do that and it can be known. Others may have seen
     * the byte free meanwhile.
     *
     * @return how many bytes had been dropped, whether or not they could be taken again; those that could not are tried next time
     */
    default int retakeLost() throws IOException {
        return 0;
    }

    /** Whether somebody else holds the byte exclusively. */
    boolean isHeldElsewhere(int index) throws IOException;

    /** How many bytes from {@code first} to before {@code end} others hold exclusively. */
    int countHeldElsewhere(int first, int end) throws IOException;

    /** Whether the file is open for writing, without which no lock can be taken. */
    boolean isWritable();

    /** Fills the array from the start of the file; what lies beyond its end is zero. */
    byte[] read(int length) throws IOException;

    void write(int position, byte[] bytes) throws IOException;

    FileFacts facts() throws IOException;

    /** Lets go of everything that was locked through this object. */
    void close();
}
