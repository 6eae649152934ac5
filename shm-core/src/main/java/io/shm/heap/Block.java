package io.shm.heap;

import io.shm.error.StaleHandleException;
import io.shm.layout.Handle;
import io.shm.layout.RecordLayout;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Site;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.PointerBytesStore;

/**
 * A block of a region: so many bytes of shared memory, and the right to free them if it is ours.
 *
 * <p>Offsets are in bytes from the payload's first byte, values little-endian; an offset beyond the requested size is
 * an {@link IndexOutOfBoundsException}. Contents are undefined after allocation. A block that was freed through this
 * object refuses every access with {@link IllegalStateException}. Where the region's file was truncated meanwhile, free
 * and resize throw {@link io.shm.error.UnavailableException}; an access to the payload may be an InternalError of the JVM,
 * since nothing stands between it and the memory, until this process has noticed.
 *
 * <p>Threads: reading and writing the payload is as safe as the program makes it; free and resize from one thread at a
 * time. Of two that race to free one block exactly one wins. Processes: another process gets its own object with {@code
 * region.resolve(handle)}; only the owner may free. A crash leaves the block live, with its owner's name on it.
 */
public final class Block implements AutoCloseable {
    // Small on purpose: with many live blocks the cost of a free is that of reading this object.
    private final Heap heap;
    /** The word of this block as this object knows it; with a wrong check byte once it was handed over through it. */
    private long word;
    /** Requested bytes; the complement of that once it was freed through this object. */
    private long size;
    /** Offset of the record in units of 64 bytes, of the payload in units of 16; unsigned. */
    private final int record64;

    private final int payload16;

    Block(Heap heap, long recordAt, long word, long payloadAt, long size) {
        this.heap = heap;
        this.word = word;
        this.size = size;
        this.record64 = (int) (recordAt >>> 6);
        this.payload16 = (int) (payloadAt >>> 4);
    }

    /** Names this block in every process until it is freed; 64 bits that fit a cell. Never 0. */
    public long handle() {
        heap.handleIsOut(word);
        return ownHandle();
    }

    private long ownHandle() {
        return Handle.pack(heap.slabOf(recordAt()), heap.indexOf(recordAt()), StateWord.generation(word));
    }

    /** Requested bytes. */
    public long size() {
        return isFreed() ? ~size : size;
    }

    /** Bytes that the block could be resized to without moving. */
    public long capacity() {
        checkUsable();
        return heap.capacityOf(recordAt(), offset());
    }

    /** Of the payload's first byte in the region; the same in every process. */
    public long offset() {
        return (payload16 & 0xffff_ffffL) << 4;
    }

    /**
     * Notes in the record that a holder of this process has the block, or has it no longer (0): for reports of who
     * has forgotten what. False where it is not this process's own any more.
     */
    public boolean noteHolder(int holder) {
        if (!isOurs()) {
            return false;
        }
        // Only the owner writes this word of a live block, and only its publisher reads it as anything else.
        heap.memory().putLong(recordAt() + RecordLayout.CELL_OFFSET, holder == 0 ? 0 : BlockStates.inHolder(holder));
        return true;
    }

    /** Whether the record still says that this block is in use: false once anyone has freed it. */
    public boolean isLive() {
        return !isFreed() && !heap.isClosed() && heap.memory().getLongAcquire(recordAt()) == word;
    }

    /**
     * Whether the block that this object names is still in use, whoever has it: false once it was freed, or has been taken
     * out of a cell, which gives it another handle.
     */
    public boolean isInUse() {
        return !isFreed() && !heap.isClosed() && heap.isSameLife(recordAt(), word);
    }

    // ---------------------------------------------------------------- end of life

    /**
     * Gives the block back.
     *
     * @throws StaleHandleException if it is not a live block of this participant: freed before, stale, another's; the
     *     message says which, and who did what
     */
    public void free() {
        free(heap.siteOfFree());
    }

    /** As {@link #free()}, noting the line that frees. Without it the line is only noted at level full and above. */
    public void free(Site site) {
        free(heap.sites().idOf(site));
    }

    private void free(int site) {
        FreeResult result = heap.free(recordAt(), word, offset(), size, site);
        if (result != FreeResult.NOT_OWNER && result != FreeResult.IN_CELL) {
            size = size < 0 ? size : ~size;
        }
        if (result != FreeResult.FREED) {
            throw refusal(result);
        }
    }

    /** Frees the block unless this object has freed it, or handed it over to a cell or another, or its region is closed. */
    @Override
    public void close() {
        if (!isFreed() && !isHandedOver() && !heap.isClosed()) {
            free();
        }
    }

    /** As {@link #close()}, noting the line. */
    public void close(Site site) {
        if (!isFreed() && !isHandedOver() && !heap.isClosed()) {
            free(site);
        }
    }

    /**
     * Changes the requested size, in place where the block has room.
     *
     * @return this block; or, where it had to move, a new one with the old bytes, and this one is freed
     * @throws io.shm.error.OutOfSharedMemoryException if there is no room; this block is as it was
     * @throws StaleHandleException if it is not a live block of this participant
     * @throws IllegalStateException if its type has cells
     * @throws io.shm.error.UnavailableException if the region's memory is gone
     */
    public Block resize(long newSize) {
        try {
            return resizeChecked(newSize);
        } catch (InternalError e) {
            throw heap.lost(e);
        }
    }

    private Block resizeChecked(long newSize) {
        BlockSpec.checkSize(newSize);
        checkUsable();
        if (heap.hasCells(this)) {
            throw new IllegalStateException(
                    "a block with cells keeps its size and its place: others know where they are");
        }
        if (heap.resizeInPlace(this, newSize)) {
            size = newSize;
            return this;
        }
        if (!isOurs()) {
            heap.refusedResize(this);
            throw new StaleHandleException("refused to resize: " + heap.describe(ownHandle()));
        }
        Block moved = heap.allocateLike(this, newSize);
        if (moved == null) {
            throw heap.refusalLike(this, newSize);
        }
        heap.memory().copy(offset(), moved.offset(), Math.min(size, newSize));
        free();
        return moved;
    }

    private boolean isOurs() {
        return isLive() && StateWord.owner(word) == heap.owner();
    }

    private StaleHandleException refusal(FreeResult result) {
        String what = switch (result) {
            case DOUBLE_FREE -> "double free: ";
            case NOT_OWNER -> "refused to free another's block: ";
            case IN_CELL -> "refused to free a block that is recorded in a cell: ";
            default -> "refused to free: ";
        };
        return new StaleHandleException(what + heap.describe(ownHandle()));
    }

    // ---------------------------------------------------------------- payload

    public byte getByte(long at) {
        return heap.memory().getByte(at(at, 1));
    }

    public void putByte(long at, byte value) {
        heap.memory().putByte(at(at, 1), value);
    }

    public short getShort(long at) {
        return heap.memory().getShort(at(at, 2));
    }

    public void putShort(long at, short value) {
        heap.memory().putShort(at(at, 2), value);
    }

    public int getInt(long at) {
        return heap.memory().getInt(at(at, 4));
    }

    public void putInt(long at, int value) {
        heap.memory().putInt(at(at, 4), value);
    }

    public long getLong(long at) {
        return heap.memory().getLong(at(at, 8));
    }

    public void putLong(long at, long value) {
        heap.memory().putLong(at(at, 8), value);
    }

    /** Pairs with {@link #putLongRelease} of another thread or process. The offset is a multiple of 8. */
    public long getLongAcquire(long at) {
        return heap.memory().getLongAcquire(aligned(at));
    }

    /** Publishes the stores before it to whoever reads with {@link #getLongAcquire}. The offset is a multiple of 8. */
    public void putLongRelease(long at, long value) {
        heap.memory().putLongRelease(aligned(at), value);
    }

    /** The offset is a multiple of 8. */
    public boolean compareAndSetLong(long at, long expected, long value) {
        return heap.memory().compareAndSetLong(aligned(at), expected, value);
    }

    public void getBytes(long at, byte[] target, int from, int length) {
        heap.memory().getBytes(at(at, length), target, from, length);
    }

    public void putBytes(long at, byte[] source, int from, int length) {
        heap.memory().putBytes(at(at, length), source, from, length);
    }

    /** Sets all requested bytes. */
    public void fill(byte value) {
        heap.memory().fill(at(0, size), size, value);
    }

    // ---------------------------------------------------------------- views

    /**
     * A Chronicle {@code Bytes} over the requested bytes, to read and write; it does not grow. Not checked after the
     * block is freed, like every raw view: the caller keeps the block as long as the view.
     */
    public Bytes<?> bytes() {
        checkUsable();
        heap.views().handedOut();
        return ChronicleView.of(heap.memory().addressOf(offset(), size), size);
    }

    /**
     * A little-endian buffer over the requested bytes. Raw, as {@link #bytes}.
     *
     * @throws IllegalStateException if the block is larger than a buffer can be
     */
    public ByteBuffer byteBuffer() {
        checkUsable();
        if (size > Integer.MAX_VALUE) {
            throw new IllegalStateException("a ByteBuffer holds at most " + Integer.MAX_VALUE + " bytes, the block has "
                    + size + ": use bytes()");
        }
        return heap.views().byteBuffer(offset(), (int) size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The payload's address in this process. Raw, as {@link #bytes}; meaningless elsewhere. */
    public long address() {
        checkUsable();
        heap.views().handedOut();
        return heap.memory().addressOf(offset(), size);
    }

    private long at(long offset, long length) {
        if ((offset | length | (size - length - offset)) < 0) {
            checkUsable();
            throw new IndexOutOfBoundsException(
                    "outside the block: offset=" + offset + " length=" + length + " size=" + size);
        }
        heap.checkOpen();
        return offset() + offset;
    }

    private long aligned(long offset) {
        if ((offset & 7) != 0) {
            throw new IllegalArgumentException("an atomic access is aligned to 8 bytes, not at " + offset);
        }
        return at(offset, 8);
    }

    private void checkUsable() {
        if (isFreed()) {
            throw new IllegalStateException("the block was freed");
        }
        heap.checkOpen();
    }

    private boolean isFreed() {
        return size < 0;
    }

    /** No record ever has such a word: so nothing that only an owner may do is done through this object any more. */
    void handedOver() {
        word ^= StateWord.isValid(word) ? 0xff : 0;
    }

    private boolean isHandedOver() {
        return !StateWord.isValid(word);
    }

    boolean isOf(Heap other) {
        return heap == other;
    }

    long recordAt() {
        return (record64 & 0xffff_ffffL) << 6;
    }

    long word() {
        return word;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "Block[0x%016x, %d bytes%s]", ownHandle(), size(), isFreed() ? ", freed" : "");
    }

    /** Loads Chronicle's classes only when somebody asks for such a view. */
    private static final class ChronicleView {
        static Bytes<?> of(long address, long size) {
            PointerBytesStore store = new PointerBytesStore();
            store.set(address, size);
            return store.bytesForWrite();
        }
    }
}
