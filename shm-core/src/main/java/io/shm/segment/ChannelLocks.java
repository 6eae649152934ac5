package io.shm.segment;

import io.shm.layout.LockFileLayout;
import io.shm.memory.SharedMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Locks of the process, for machines without JNA. The system drops all of them when the process closes any descriptor
 * of the file, so each file is opened once per JVM and shared by all who use it here, probers too.
 */
final class ChannelLocks implements ByteLocks {
    private static final Map<FileName, Shared> OPEN = new HashMap<>();

    private record FileName(long device, long inode) {}

    /** The one channel of a file. */
    private static final class Shared {
        final FileName name;
        final FileFacts facts;
        final FileChannel channel;
        final boolean writable;
        /** Mapped, because reading a channel in an interrupted thread closes it, and drops every lock; may be null. */
        SharedMemory content;

        final Map<Integer, FileLock> locks = new HashMap<>();
        final Map<Integer, ChannelLocks> holders = new HashMap<>();
        int users;

        Shared(FileName name, FileFacts facts, FileChannel channel, boolean writable) throws IOException {
            this.name = name;
            this.facts = facts;
            this.channel = channel;
            this.writable = writable;
            if (channel.size() >= LockFileLayout.LENGTH) {
                mapContent();
            }
        }

        void mapContent() throws IOException {
            MapMode mode = writable ? MapMode.READ_WRITE : MapMode.READ_ONLY;
            content = SharedMemory.of(channel.map(mode, 0, LockFileLayout.LENGTH));
        }
    }

    private final Shared shared;

    private ChannelLocks(Shared shared) {
        this.shared = shared;
    }

    /**
     * Opens a regular file that is not a link, for writing if the system lets us.
     *
     * @param facts what was seen under the path just before; null is returned if it is another file now
     */
    static ChannelLocks open(Path path, FileFacts facts) throws IOException {
        synchronized (OPEN) {
            FileName name = new FileName(facts.device(), facts.inode());
            Shared shared = OPEN.get(name);
            if (shared == null) {
                shared = openShared(path, name, facts);
                if (shared == null) {
                    return null;
                }
                OPEN.put(name, shared);
            }
            shared.users++;
            return new ChannelLocks(shared);
        }
    }

    private static Shared openShared(Path path, FileName name, FileFacts facts) throws IOException {
        FileChannel channel;
        boolean writable = true;
        try {
            channel = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } catch (FileSystemException e) {
            channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            writable = false;
        }
        boolean kept = false;
        try {
            if (!facts.isSameFile(FileFacts.of(path))) {
                return null;
            }
            Shared shared = new Shared(name, facts, channel, writable);
            kept = true;
            return shared;
        } finally {
            if (!kept) {
                channel.close();
            }
        }
    }

    @Override
    public boolean tryLock(int index) throws IOException {
        synchronized (OPEN) {
            FileLock lock = tryLock(index, 1, false);
            if (lock == null) {
                return false;
            }
            shared.locks.put(index, lock);
            shared.holders.put(index, this);
            return true;
        }
    }

    /** Null when another process, or anybody in this JVM, holds a part of the range. */
    private FileLock tryLock(int index, int length, boolean sharedLock) throws IOException {
        try {
            return shared.channel.tryLock(index, length, sharedLock);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void unlock(int index) throws IOException {
        synchronized (OPEN) {
            if (shared.holders.remove(index, this)) {
                FileLock lock = shared.locks.remove(index);
                if (lock != null) {
                    lock.release();
                }
            }
        }
    }

    /** Where other code of this process has opened and closed the file, as a copy of the folder does. */
    @Override
    public int retakeLost() throws IOException {
        return retakeLost(() -> OwnLocks.of(shared.name.inode(), LockFile.MAKING + 1));
    }

    /**
     * Believes a loss only when two readings in a row have it: taking a lock again gives it up for a moment, if it is held.
     *
     * @param reading see {@link OwnLocks#of}
     */
    int retakeLost(Supplier<BitSet> reading) throws IOException {
        synchronized (OPEN) {
            BitSet lost = lost(reading);
            if (!lost.isEmpty()) {
                lost.and(lost(reading));
            }
            for (int index = lost.nextSetBit(0); index >= 0; index = lost.nextSetBit(index + 1)) {
                retake(index);
            }
            return lost.cardinality();
        }
    }

    private BitSet lost(Supplier<BitSet> reading) {
        BitSet lost = new BitSet();
        BitSet locked = shared.holders.isEmpty() ? null : reading.get();
        if (locked != null) {
            shared.holders.keySet().forEach(lost::set);
            lost.andNot(locked);
        }
        return lost;
    }

    /** The JDK goes by what it remembers: so the lock that is no more is given back first. */
    private void retake(int index) throws IOException {
        FileLock dropped = shared.locks.remove(index);
        if (dropped != null) {
            dropped.release();
        }
        FileLock lock = tryLock(index, 1, false);
        if (lock != null) {
            shared.locks.put(index, lock);
        }
    }

    @Override
    public boolean isHeldElsewhere(int index) throws IOException {
        return countHeldElsewhere(index, index + 1) != 0;
    }

    @Override
    public int countHeldElsewhere(int first, int end) throws IOException {
        synchronized (OPEN) {
            FileLock lock = tryLock(first, end - first, true);
            if (lock != null) {
                lock.release();
                return 0;
            }
            if (end - first == 1) {
                return shared.holders.get(first) == this ? 0 : 1;
            }
            int middle = (first + end) >>> 1;
            return countHeldElsewhere(first, middle) + countHeldElsewhere(middle, end);
        }
    }

    @Override
    public boolean isWritable() {
        return shared.writable;
    }

    @Override
    public byte[] read(int length) throws IOException {
        byte[] bytes = new byte[length];
        synchronized (OPEN) {
            if (shared.content == null && shared.channel.size() >= LockFileLayout.LENGTH) {
                shared.mapContent();
            }
            if (shared.content != null) {
                shared.content.getBytes(0, bytes, 0, length);
            }
        }
        return bytes;
    }

    @Override
    public void write(int position, byte[] bytes) throws IOException {
        synchronized (OPEN) {
            if (shared.content == null) {
                shared.channel.write(ByteBuffer.allocate(LockFileLayout.LENGTH), 0);
                shared.mapContent();
            }
            shared.content.putBytes(position, bytes, 0, bytes.length);
        }
    }

    @Override
    public FileFacts facts() {
        return shared.facts;
    }

    /** Closes the channel with its last user, unless another class loader has the file open too. */
    @Override
    public void close() {
        synchronized (OPEN) {
            try {
                for (Map.Entry<Integer, ChannelLocks> held :
                        Map.copyOf(shared.holders).entrySet()) {
                    if (held.getValue() == this) {
                        unlock(held.getKey());
                    }
                }
                if (--shared.users == 0 && countDescriptors() <= 1) {
                    // Only this map's own entry: a later opening of the file may have put another there.
                    OPEN.remove(shared.name, shared);
                    shared.content = null;
                    shared.channel.close();
                }
            } catch (IOException e) {
                // The system has let go of the bytes with the descriptor, or will with the process.
                OPEN.remove(shared.name, shared);
            }
        }
    }

    private int countDescriptors() throws IOException {
        int count = 0;
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                count += isThisFile(descriptor) ? 1 : 0;
            }
        }
        return count;
    }

    private boolean isThisFile(Path descriptor) {
        try {
            return shared.facts.isSameFile(FileFacts.behind(descriptor));
        } catch (IOException e) {
            // Closed meanwhile.
            return false;
        }
    }
}
