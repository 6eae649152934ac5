package io.shm;

import io.shm.heap.Block;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Blocks that this process keeps to free them later: the ledger's side of a queue, table or list of the program.
 *
 * <pre>{@code
 * Holder pending = region.holder("pending");
 * ...
 * if (accepted) {
 *     pending.add(block);
 * }                                  // the other branch forgets it: it is recorded nowhere
 * ...
 * pending.freeAll();
 * }</pre>
 *
 * A block may be in one holder at a time; adding it to another moves it. What was freed, published or handed on is in none.
 * Keeps the blocks' objects alive.
 *
 * <p>Threads: safe. Processes: others see of each block whether a holder has it. A crash leaves what a crash leaves.
 */
public final class Holder implements AutoCloseable {
    private final Region region;
    private final String name;
    private final int id;
    private final Map<Long, Block> blocks = new LinkedHashMap<>();
    private boolean closed;

    Holder(Region region, String name, int id) {
        this.region = region;
        this.name = name;
        this.id = id;
    }

    public String name() {
        return name;
    }

    /**
     * Takes a block in.
     *
     * @throws IllegalArgumentException if it is not a live block of this process
     * @throws IllegalStateException if the holder is closed
     */
    public synchronized void add(Block block) {
        if (closed) {
            throw new IllegalStateException("holder " + name + " is closed");
        }
        if (!block.noteHolder(id)) {
            throw new IllegalArgumentException("not a live block of this process: " + block);
        }
        blocks.put(block.handle(), block);
    }

    /** Takes a block out; false if it was not in. The caller has it then. */
    public synchronized boolean remove(Block block) {
        boolean was = blocks.remove(block.handle()) != null;
        if (was) {
            block.noteHolder(0);
        }
        return was;
    }

    /** Takes the oldest block out that is still this process's own; null if there is none. */
    public synchronized Block poll() {
        forgetGone();
        if (blocks.isEmpty()) {
            return null;
        }
        Block first = blocks.values().iterator().next();
        remove(first);
        return first;
    }

    /** Blocks in it. */
    public synchronized int size() {
        forgetGone();
        return blocks.size();
    }

    /** Frees all that is in it; returns how many those were. */
    public synchronized int freeAll() {
        forgetGone();
        List<Block> all = new ArrayList<>(blocks.values());
        blocks.clear();
        all.forEach(Block::free);
        return all.size();
    }

    /** Lets go of the name; the blocks stay, recorded nowhere. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!region.isClosed()) {
            forgetGone();
            blocks.values().forEach(block -> block.noteHolder(0));
            region.closedHolder(id);
        }
        blocks.clear();
    }

    private void forgetGone() {
        blocks.values().removeIf(block -> !block.isLive());
    }

    @Override
    public String toString() {
        return "Holder[" + name + (closed ? ", closed]" : "]");
    }
}
