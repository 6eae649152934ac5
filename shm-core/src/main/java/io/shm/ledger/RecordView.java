package io.shm.ledger;

import io.shm.layout.Geometry;
import io.shm.layout.Handle;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.StateWord;
import io.shm.memory.SharedMemory;
import java.nio.ByteBuffer;

/**
 * One record as it was at one instant; a mutable cursor, filled again for each record so that a scan makes no garbage.
 *
 * <p>Not safe for use by several threads.
 */
public final class RecordView {
    private static final int ATTEMPTS = 8;

    private int slab;
    private int index;
    private long recordAt;
    private long payloadAt;
    private long capacity;
    private long word;
    private long size;
    private long origin;
    private long born;
    private long by;
    private long cell;
    private long changed;
    private long seal;
    private boolean moved;
    private boolean damaged;

    /**
     * Reads a record: the state word, the body, and the state word again until it has not changed in between. A free
     * record's body is that of its last life, and is not checked.
     *
     * @param blockAt absolute offset of the block's first byte
     * @param blockBytes bytes that the block can hold
     */
    void read(SharedMemory memory, int slab, int index, long recordAt, long blockAt, long blockBytes) {
        this.slab = slab;
        this.index = index;
        this.recordAt = recordAt;
        moved = false;
        for (int attempt = 0; ; attempt++) {
            word = memory.getLongAcquire(recordAt);
            size = memory.getLong(recordAt + RecordLayout.SIZE_OFFSET);
            origin = memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET);
            born = memory.getLong(recordAt + RecordLayout.BORN_OFFSET);
            by = memory.getLong(recordAt + RecordLayout.BY_OFFSET);
            cell = memory.getLong(recordAt + RecordLayout.CELL_OFFSET);
            changed = memory.getLong(recordAt + RecordLayout.CHANGED_OFFSET);
            seal = memory.getLong(recordAt + RecordLayout.SEAL_OFFSET);
            SharedMemory.loadLoadFence();
            if (memory.getLong(recordAt) == word) {
                break;
            }
            moved = true;
            if (attempt == ATTEMPTS) {
                break;
            }
        }
        damaged = !StateWord.isValid(word) || BlockState.of(StateWord.state(word)) == null;
        payloadAt = blockAt;
        capacity = blockBytes;
        if (!damaged && isUsed()) {
            int alignment = RecordWords.alignmentOf(origin);
            long shift = alignment <= 16 ? 0 : alignedShift(blockAt, alignment);
            damaged = alignment > Geometry.MAX_ALIGNMENT
                    || RecordWords.sizeOf(size) == 0
                    || RecordWords.sizeOf(size) > blockBytes - shift
                    || RecordWords.checksum(recordAt, origin, born, by) != RecordWords.checksumOf(seal);
            if (!damaged) {
                payloadAt = blockAt + shift;
                capacity = blockBytes - shift;
            } else if (moved) {
                // Still moving after all attempts: a mixture of two lives, not damage.
                forgetAsMoved();
            }
        }
    }

    /** What was read is no record of this time: shown as a free one. */
    void forgetAsMoved() {
        moved = true;
        damaged = false;
        word = BlockStates.free(0);
    }

    /** Whether the body is one life's: not so in a free record that was never used, or is just being filled again. */
    public boolean isSealed() {
        return (origin | born | by) != 0
                && RecordWords.checksum(recordAt, origin, born, by) == RecordWords.checksumOf(seal);
    }

    /** Writes the record as it was read, with the word that it is shown with. */
    public void copyTo(ByteBuffer target, int at) {
        target.putLong(at + RecordLayout.STATE_OFFSET, word);
        target.putLong(at + RecordLayout.SIZE_OFFSET, size);
        target.putLong(at + RecordLayout.ORIGIN_OFFSET, origin);
        target.putLong(at + RecordLayout.BORN_OFFSET, born);
        target.putLong(at + RecordLayout.BY_OFFSET, by);
        target.putLong(at + RecordLayout.CELL_OFFSET, cell);
        target.putLong(at + RecordLayout.CHANGED_OFFSET, changed);
        target.putLong(at + RecordLayout.SEAL_OFFSET, seal);
    }

    private static long alignedShift(long blockAt, int alignment) {
        return Geometry.align(blockAt, alignment) - blockAt;
    }

    /** Whether somebody holds the block: neither free, nor reserved, nor on its way to free, nor taken out of use. */
    public boolean isUsed() {
        int state = StateWord.state(word);
        return state != BlockState.FREE.code()
                && state != BlockState.RESERVED.code()
                && state != BlockState.QUARANTINE.code();
    }

    public boolean isFree() {
        return StateWord.state(word) == BlockState.FREE.code();
    }

    /** The state, or null where the word is damaged. */
    public BlockState state() {
        return damaged ? null : BlockState.of(StateWord.state(word));
    }

    public int slab() {
        return slab;
    }

    public int index() {
        return index;
    }

    public long recordAt() {
        return recordAt;
    }

    /** Absolute offset of the payload's first byte. */
    public long payloadAt() {
        return payloadAt;
    }

    /** Bytes from the payload's first to the block's last. */
    public long capacity() {
        return capacity;
    }

    public long word() {
        return word;
    }

    /** Participant slot + 1, or 0. */
    public int owner() {
        return StateWord.owner(word);
    }

    public long generation() {
        return StateWord.generation(word);
    }

    public long handle() {
        return Handle.pack(slab, index, StateWord.generation(word));
    }

    /** Requested bytes. */
    public long size() {
        return RecordWords.sizeOf(size);
    }

    public long originWord() {
        return origin;
    }

    public long sizeWord() {
        return size;
    }

    public int tag() {
        return RecordWords.tagOf(size);
    }

    /** Id of the type table, 0 for none. */
    public int type() {
        return RecordWords.typeOf(size);
    }

    public int site() {
        return RecordWords.siteOf(origin);
    }

    /** The id of the whole stack of the allocation; 0 if it was not taken. */
    public int stack() {
        return RecordWords.stackOf(origin);
    }

    public int flags() {
        return RecordWords.flagsOf(origin);
    }

    public int alignment() {
        return RecordWords.alignmentOf(origin);
    }

    /** Milliseconds since the region was created. */
    public long bornAt() {
        return RecordWords.timeOf(born);
    }

    public int scope() {
        return RecordWords.scopeOf(born);
    }

    /** Process id of the history. */
    public int allocatedBy() {
        return RecordWords.processOf(by);
    }

    public long thread() {
        return RecordWords.threadOf(by);
    }

    public long cell() {
        return cell;
    }

    /** The word that says who changed it last; in some states who holds it. */
    public long changed() {
        return changed;
    }

    private boolean isNoted() {
        int state = StateWord.state(word);
        return state != BlockState.PUBS.code()
                && state != BlockState.SHARED.code()
                && RecordWords.actionOf(changed) != BlockStates.DISPLACES;
    }

    /** Process id of the history; 0 if nothing has changed since the allocation, or nothing was noted. */
    public int changedBy() {
        return isNoted() ? RecordWords.processOf(changed) : 0;
    }

    public int changedSite() {
        return isNoted() && !BlockStates.isQueued(changed) ? RecordWords.changedSiteOf(changed) : 0;
    }

    /** One of the action codes of {@link BlockStates}. */
    public int action() {
        return isNoted() ? RecordWords.actionOf(changed) : BlockStates.ALLOCATED;
    }

    public long changedAt() {
        return RecordWords.timeOf(seal);
    }

    /** The state changed while it was read. */
    public boolean moved() {
        return moved;
    }

    /** The state word is not valid, or the body contradicts its seal or its block. */
    public boolean damaged() {
        return damaged;
    }
}
