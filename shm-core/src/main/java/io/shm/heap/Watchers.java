package io.shm.heap;

import io.shm.ledger.EventKind;
import io.shm.ledger.EventLog;
import io.shm.ledger.EventSink;
import io.shm.ledger.FaultKind;
import io.shm.ledger.Sites;
import io.shm.ledger.Tags;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who is told what a heap does: listeners of this process, and the region's event log where it is on. */
final class Watchers implements EventSink {
    private final List<EventListener> listeners = new CopyOnWriteArrayList<>();
    private final ThreadLocal<Boolean> isTelling = new ThreadLocal<>();
    private final Heap heap;
    private final Sites sites;
    private final Tags tags;
    private final Queue<Event> faults = new ConcurrentLinkedQueue<>();
    private volatile EventLog log;

    Watchers(Heap heap, Sites sites, Tags tags) {
        this.heap = heap;
        this.sites = sites;
        this.tags = tags;
    }

    boolean any() {
        return log != null || !listeners.isEmpty();
    }

    void add(EventListener listener) {
        listeners.add(listener);
    }

    void remove(EventListener listener) {
        listeners.remove(listener);
    }

    void writeTo(EventLog events) {
        log = events;
    }

    @Override
    public void happened(EventKind kind, long offset, long handle, long size, int tag, int site, long detail) {
        write(kind, offset, handle, size, tag, site, detail);
        if (!listeners.isEmpty() && isTelling.get() == null) {
            tell(new Event(kind, offset, handle, size, tags.get(tag), sites.get(site), detail, null));
        }
    }

    /** A fault may be proven anywhere, also where the heap may not be entered: listeners are told at the next tick. */
    void wrong(EventKind kind, long offset, long handle, long size, int tag, int site, long code) {
        write(kind, offset, handle, size, tag, site, code);
        if (!listeners.isEmpty()) {
            FaultKind fault = FaultKind.of((int) code);
            faults.add(new Event(kind, offset, handle, size, tags.get(tag), sites.get(site), 0, fault));
        }
    }

    /** Outside all locks. */
    void tellOfFaults() {
        for (Event fault = faults.poll(); fault != null; fault = faults.poll()) {
            tell(fault);
        }
    }

    private void write(EventKind kind, long offset, long handle, long size, int tag, int site, long detail) {
        EventLog events = log;
        if (events != null && heap.owner() != 0) {
            long thread = Thread.currentThread().getId();
            int slot = heap.owner() - 1;
            long now = heap.nowMs();
            events.write(slot, kind, site, tag, now, heap.process(), thread, offset, handle, size, detail);
        }
    }

    /** A listener's mistake must not become that of whoever has just allocated. */
    private void tell(Event event) {
        isTelling.set(true);
        try {
            for (EventListener listener : listeners) {
                tell(listener, event);
            }
        } finally {
            isTelling.remove();
        }
    }

    private static void tell(EventListener listener, Event event) {
        try {
            listener.onEvent(event);
        } catch (RuntimeException | Error thrown) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }
}
