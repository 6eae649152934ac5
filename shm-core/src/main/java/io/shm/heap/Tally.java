package io.shm.heap;

import java.util.Arrays;

/** Blocks and requested bytes by a small number: a site, a tag or a pool. For one thread. */
public final class Tally {
    private long[] blocks = new long[64];
    private long[] bytes = new long[64];
    private int end;
    private long allBlocks;
    private long allBytes;

    /** Takes what a reader has to say about one number. */
    @FunctionalInterface
    public interface Reader {
        void read(int id, long blocks, long bytes);
    }

    void add(int id, long size) {
        add(id, 1, size);
    }

    void add(int id, long more, long moreBytes) {
        if (id >= blocks.length) {
            int length = Math.max(id + 1, blocks.length * 2);
            blocks = Arrays.copyOf(blocks, length);
            bytes = Arrays.copyOf(bytes, length);
        }
        blocks[id] += more;
        bytes[id] += moreBytes;
        allBlocks += more;
        allBytes += moreBytes;
        end = Math.max(end, id + 1);
    }

    /** Of all numbers together. */
    public long blocks() {
        return allBlocks;
    }

    /** Of all numbers together. */
    public long bytes() {
        return allBytes;
    }

    /** Shows all that is not zero, in ascending order. */
    public void forEach(Reader reader) {
        for (int id = 0; id < end; id++) {
            if (blocks[id] != 0) {
                reader.read(id, blocks[id], bytes[id]);
            }
        }
    }
}
