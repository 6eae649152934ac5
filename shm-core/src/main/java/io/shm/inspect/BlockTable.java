package io.shm.inspect;

import io.shm.layout.Handle;
import io.shm.layout.StateWord;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.SlabView;
import java.util.Arrays;

/** The blocks in use that one walk found, in the order of the region, as arrays: there may be millions. */
final class BlockTable implements LedgerScan.Visitor {
    private static final int FEWEST = 1024;

    int count;
    /** Slab in the high half, index in the low one. */
    long[] place = new long[FEWEST];

    long[] payloadAt = new long[FEWEST];
    long[] size = new long[FEWEST];
    long[] word = new long[FEWEST];
    long[] cell = new long[FEWEST];
    long[] changed = new long[FEWEST];
    int[] scope = new int[FEWEST];
    short[] flags = new short[FEWEST];

    BlockTable(LedgerScan scan) {
        scan.forEach(this);
    }

    @Override
    public void slab(SlabView slab) {}

    @Override
    public void block(SlabView slab, RecordView block) {
        if (block.damaged() || !block.isUsed()) {
            return;
        }
        if (count == place.length) {
            grow();
        }
        place[count] = (long) block.slab() << 32 | block.index();
        payloadAt[count] = block.payloadAt();
        size[count] = block.size();
        word[count] = block.word();
        cell[count] = block.cell();
        changed[count] = block.changed();
        scope[count] = block.scope();
        flags[count] = (short) block.flags();
        count++;
    }

    private void grow() {
        int more = 2 * count;
        place = Arrays.copyOf(place, more);
        payloadAt = Arrays.copyOf(payloadAt, more);
        size = Arrays.copyOf(size, more);
        word = Arrays.copyOf(word, more);
        cell = Arrays.copyOf(cell, more);
        changed = Arrays.copyOf(changed, more);
        scope = Arrays.copyOf(scope, more);
        flags = Arrays.copyOf(flags, more);
    }

    int slab(int block) {
        return (int) (place[block] >>> 32);
    }

    int index(int block) {
        return (int) place[block];
    }

    long handle(int block) {
        return Handle.pack(slab(block), index(block), StateWord.generation(word[block]));
    }

    /** The block whose requested bytes hold eight bytes from this offset on; -1 if there is none. */
    int holding(long offset) {
        int found = Arrays.binarySearch(payloadAt, 0, count, offset);
        int at = found >= 0 ? found : -found - 2;
        return at >= 0 && offset + Long.BYTES <= payloadAt[at] + size[at] ? at : -1;
    }

    /** The block at a place of the ledger; -1 if it was not in use. */
    int at(long wanted) {
        int found = Arrays.binarySearch(place, 0, count, wanted);
        return Math.max(-1, found);
    }
}
