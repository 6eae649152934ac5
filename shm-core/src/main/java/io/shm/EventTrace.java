package io.shm;

import io.shm.cell.Roots;
import io.shm.cell.Slot;
import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.layout.EventLogLayout;
import io.shm.layout.RegionMap;
import io.shm.ledger.EventLog;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import io.shm.memory.SharedMemory;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * The flight recorder of a region as one process takes part in it: finds the log, makes it, follows its switch.
 *
 * <p>The log lies in a block that a root holds and that is never freed: whoever writes does not look again before each event.
 * A death while it is made leaves a block of the dead, or a log that is off. Nothing of it costs those who do not trace
 * more than a look at one root, ten times a second.
 */
final class EventTrace {
    static final int RINGS = 16;
    static final Tag TAG = Tag.of(EventLog.ROOT);
    static final Site SITE = Site.of("io.shm.Region", "startTrace", "Region.java", 0);

    private static final int MOST_ENTRIES = 1 << 20;

    private final SharedMemory memory;
    private final RegionMap map;
    private final Heap heap;
    private final Roots roots;
    private final LongFunction<Block> allocation;
    private final LongSupplier now;
    /** What the heap writes into; null for nothing. */
    private EventLog followed;

    EventTrace(
            SharedMemory memory,
            RegionMap map,
            Heap heap,
            Roots roots,
            LongFunction<Block> allocation,
            LongSupplier now) {
        this.memory = memory;
        this.map = map;
        this.heap = heap;
        this.roots = roots;
        this.allocation = allocation;
        this.now = now;
    }

    synchronized void start(int entries) {
        if (entries < 1 || entries > MOST_ENTRIES) {
            throw new IllegalArgumentException("a ring of the trace has 1 to 1,048,576 entries, not " + entries);
        }
        EventLog log = EventLog.find(memory, map);
        if (log == null) {
            int rounded = Integer.highestOneBit(2 * entries - 1);
            Slot root = roots.get(EventLog.ROOT);
            if (!root.isEmpty()) {
                throw new IllegalStateException("the root '" + EventLog.ROOT + "' holds something that is no trace");
            }
            Block block = allocation.apply(EventLogLayout.bytes(RINGS, rounded));
            EventLog.format(memory, block.offset(), RINGS, rounded);
            if (!root.publish(block)) {
                block.free();
            }
            log = EventLog.find(memory, map);
        }
        if (log == null) {
            throw new IllegalStateException("the root '" + EventLog.ROOT + "' holds something that is no trace");
        }
        log.turn(true, now.getAsLong());
        follow();
    }

    synchronized boolean stop() {
        EventLog log = EventLog.find(memory, map);
        if (log != null) {
            log.turn(false, now.getAsLong());
        }
        follow();
        return log != null;
    }

    /** Looks whether there is a log that is on, and lets the heap write into it. */
    synchronized void follow() {
        if (heap.isClosed()) {
            return;
        }
        EventLog log = EventLog.find(memory, map);
        EventLog on = log != null && log.isOn() ? log : null;
        if (on == null ? followed != null : !on.isAt(followed)) {
            followed = on;
            heap.writeTo(on);
        }
    }
}
