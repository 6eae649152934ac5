package io.shm;

import io.shm.error.OutOfSharedMemoryException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.heap.ScopedBlocks;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;

/**
 * What is allocated for one client, request or task, and is to be freed by its end:
 *
 * <pre>{@code
 * try (Scope client = region.scope("client-42")) {
 *     Block order = client.allocate(64, ORDER, RECEIVE);
 *     ...
 *     order.free();
 * }
 * }</pre>
 *
 * A block that is still this process's own when the scope closes is a leak of kind {@code scope} and is reported under
 * the scope's name until it is freed; it stays usable. A block that was published or taken over is no longer the scope's.
 * {@link #freeOnClose()} frees instead.
 *
 * <p>Threads: safe; an allocation that comes too late is refused. Processes: the name is seen by all. A crash leaves what
 * a crash leaves; the name stays with blocks that the region's policy keeps.
 */
public final class Scope implements AutoCloseable {
    private final Region region;
    private final String name;
    private final ScopedBlocks blocks;
    private boolean freeOnClose;
    private boolean closed;

    Scope(Region region, String name, ScopedBlocks blocks) {
        this.region = region;
        this.name = name;
        this.blocks = blocks;
    }

    public String name() {
        return name;
    }

    /** What is left when this closes is freed. */
    public synchronized Scope freeOnClose() {
        freeOnClose = true;
        return this;
    }

    /** As {@link Region#allocate(long)}. */
    public Block allocate(long size) {
        return allocate(size, Tag.GENERAL, region.capture());
    }

    public Block allocate(long size, Site site) {
        return allocate(size, Tag.GENERAL, site);
    }

    public Block allocate(long size, Tag tag) {
        return allocate(size, tag, region.capture());
    }

    /**
     * As {@link Region#allocate(long, Tag, Site)}.
     *
     * @throws OutOfSharedMemoryException if there is no room
     * @throws IllegalStateException if the scope is closed
     */
    public synchronized Block allocate(long size, Tag tag, Site site) {
        checkOpen();
        return region.allocate(blocks, size, tag, site, 0);
    }

    /** As {@link Region#allocate(BlockSpec)}. */
    public Block allocate(BlockSpec spec) {
        return allocate(spec, spec.site() == null ? region.capture() : spec.site());
    }

    /** As {@link Region#allocate(BlockSpec, Site)}. */
    public synchronized Block allocate(BlockSpec spec, Site otherwise) {
        checkOpen();
        Site site = spec.site() == null ? otherwise : spec.site();
        return region.allocate(blocks, spec.size(), spec.tag(), site, region.requestOf(spec));
    }

    /** Blocks that would be reported, or freed, if it closed now. */
    public synchronized long unfreed() {
        return closed || region.isClosed() ? 0 : blocks.unfreed();
    }

    /** Ends the scope. Idempotent; does nothing once the region is closed in this process. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!region.isClosed()) {
            if (freeOnClose) {
                blocks.freeAll(0);
            }
            region.closed(blocks);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("scope " + name + " is closed");
        }
    }

    @Override
    public String toString() {
        return "Scope[" + name + (closed ? ", closed]" : "]");
    }
}
