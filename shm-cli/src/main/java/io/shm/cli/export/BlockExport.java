package io.shm.cli.export;

import io.shm.inspect.BlockRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.function.Consumer;

/** Tells another tool of the blocks in use, one after the other; {@link #finish} writes what is left to write. */
public abstract class BlockExport implements Consumer<BlockRow> {
    private static final Set<String> NOT_IN_USE = Set.of("free", "reserved", "quarantine", "damaged");

    private long blocks;
    private long bytes;

    /** Takes a block; those that are free, damaged or out of use are no allocations and left out. */
    @Override
    public final void accept(BlockRow block) {
        if (NOT_IN_USE.contains(block.state())) {
            return;
        }
        blocks++;
        bytes += block.size();
        try {
            write(block);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected abstract void write(BlockRow block) throws IOException;

    /** To be called once, after the last block. */
    public void finish() throws IOException {}

    public final long blocks() {
        return blocks;
    }

    /** Requested bytes of the blocks. */
    public final long bytes() {
        return bytes;
    }
}
