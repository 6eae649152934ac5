package io.shm.channel;

import io.shm.heap.Block;
import io.shm.memory.SharedMemory;
import java.util.Objects;

/**
 * One message, during the call that is given it: to be written before it is sent, or read after it was received.
 *
 * <p>Offsets are in bytes from the message's first byte, values little-endian; an offset beyond the length is an {@link
 * IndexOutOfBoundsException}. The object is used again for the next message: good only within the call, on its thread.
 */
public final class Message {
    private static final ThreadLocal<Message> OF_THREAD = ThreadLocal.withInitial(Message::new);

    private SharedMemory memory;
    private long at;
    private int length;
    private Block block;
    private Block shared;
    private boolean again;
    private boolean writable;
    private boolean inUse;
    /** Of a message in a slot: where its cell lies. */
    private long cell;

    private Message() {}

    /** A calling thread's own; a new one while that is in use further out. */
    static Message ofThread() {
        Message message = OF_THREAD.get();
        if (message.inUse) {
            message = new Message();
        }
        message.inUse = true;
        return message;
    }

    /** One of its own, to be read as long as its bytes are there. */
    static Message of(SharedMemory memory, long payloadAt, long length, boolean isAgain) {
        Message message = new Message();
        message.reads(memory, payloadAt, (int) Math.min(Integer.MAX_VALUE, length), 0, isAgain);
        return message;
    }

    void writes(SharedMemory newMemory, long payloadAt, int newLength) {
        set(newMemory, payloadAt, newLength, null, false, 0);
        writable = true;
    }

    void reads(SharedMemory newMemory, long payloadAt, int newLength, long newCell, boolean isAgain) {
        set(newMemory, payloadAt, newLength, null, isAgain, newCell);
    }

    void reads(SharedMemory newMemory, Block received, boolean isAgain) {
        // A block longer than an int has its own accessors.
        set(newMemory, received.offset(), (int) Math.min(Integer.MAX_VALUE, received.size()), received, isAgain, 0);
    }

    void readsShared(SharedMemory newMemory, Block read) {
        set(newMemory, read.offset(), (int) Math.min(Integer.MAX_VALUE, read.size()), null, false, 0);
        shared = read;
    }

    private void set(
            SharedMemory newMemory, long payloadAt, int newLength, Block newBlock, boolean isAgain, long newCell) {
        if (memory != newMemory) {
            memory = newMemory;
        }
        at = payloadAt;
        length = newLength;
        if (newBlock != null) {
            block = newBlock;
        }
        again = isAgain;
        cell = newCell;
        writable = false;
    }

    /** The memory stays: references cost more to store than the rest, and nothing can be read with a length of 0. */
    void end() {
        if (block != null) {
            block = null;
        }
        if (shared != null) {
            shared = null;
        }
        length = 0;
        inUse = false;
    }

    long cell() {
        return cell;
    }

    /** Bytes. */
    public int length() {
        return length;
    }

    /**
     * The block that was received: this process's own from now on, to be freed by it or handed on. Null for a message that
     * lay in the channel itself.
     */
    public Block block() {
        return block;
    }

    /**
     * The block of a message of a {@link Broadcast}: read by all its subscribers, owned by none, and there until the call
     * returns. Null for any other message.
     */
    public Block shared() {
        return shared;
    }

    /** Whether another receiver had this message before, and died before it had finished. */
    public boolean isRedelivered() {
        return again;
    }

    public byte getByte(int index) {
        return memory.getByte(check(index, 1));
    }

    public int getInt(int index) {
        return memory.getInt(check(index, 4));
    }

    public long getLong(int index) {
        return memory.getLong(check(index, 8));
    }

    public void getBytes(int index, byte[] target, int from, int count) {
        memory.getBytes(check(index, count), target, from, count);
    }

    /** A copy of all bytes. */
    public byte[] toBytes() {
        byte[] bytes = new byte[length];
        getBytes(0, bytes, 0, length);
        return bytes;
    }

    /** @throws IllegalStateException where the message is being read; so for the other writes */
    public void putByte(int index, byte value) {
        memory.putByte(checkWrite(index, 1), value);
    }

    public void putInt(int index, int value) {
        memory.putInt(checkWrite(index, 4), value);
    }

    public void putLong(int index, long value) {
        memory.putLong(checkWrite(index, 8), value);
    }

    public void putBytes(int index, byte[] source, int from, int count) {
        memory.putBytes(checkWrite(index, count), source, from, count);
    }

    private long checkWrite(int index, int count) {
        if (!writable) {
            throw new IllegalStateException("this message was received: it is to be read, not written");
        }
        return check(index, count);
    }

    private long check(int index, int count) {
        return at + Objects.checkFromIndexSize(index, count, length);
    }

    @Override
    public String toString() {
        return "Message[" + length + " bytes" + (again ? ", again]" : "]");
    }
}
