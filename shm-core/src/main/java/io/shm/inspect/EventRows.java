package io.shm.inspect;

import io.shm.ledger.EventKind;
import io.shm.ledger.EventLog;
import io.shm.ledger.FaultKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Turns entries of the event log into rows, with the names that their ids stand for. */
final class EventRows {
    private final Names names;
    private final Processes processes;
    private final Clock clock;

    EventRows(Names names, Processes processes, Clock clock) {
        this.names = names;
        this.processes = processes;
        this.clock = clock;
    }

    /** @param log null where there is none */
    EventsLook look(EventLog log, EventCursor cursor) {
        if (log == null) {
            return new EventsLook(false, false, null, 0, 0, 0, 0, List.of());
        }
        List<EventRow> rows = new ArrayList<>();
        cursor.fit(log.rings());
        long missed = 0;
        long unfinished = 0;
        for (int ring = 0; ring < log.rings(); ring++) {
            long next = log.next(ring);
            long number = cursor.from(ring, next, log.entries());
            missed += cursor.missed(ring, number);
            for (; number < next; number++) {
                EventLog.Entry entry = log.read(ring, number);
                if (entry != null) {
                    rows.add(row(ring, number, entry));
                } else if (log.next(ring) - number > log.entries()) {
                    missed++;
                } else if (cursor.waitsFor(ring, number)) {
                    break;
                } else {
                    unfinished++;
                }
            }
            cursor.readUpTo(ring, number);
        }
        rows.sort(Comparator.comparing(EventRow::at));
        Instant since = clock.at(log.startedAtMs());
        long capacity = (long) log.rings() * log.entries();
        return new EventsLook(true, log.isOn(), since, log.offset(), capacity, missed, unfinished, rows);
    }

    private EventRow row(int ring, long number, EventLog.Entry entry) {
        EventKind kind = entry.kind();
        boolean hasCell = kind == EventKind.PUBLISHED || kind == EventKind.TAKEN;
        FaultKind fault = kind == EventKind.FAULT && entry.detail() >= 0 && entry.detail() < 256
                ? FaultKind.of((int) entry.detail())
                : null;
        return new EventRow(
                ring,
                number,
                kind.label(),
                clock.at(entry.atMs()),
                processes.of(entry.process()),
                entry.thread(),
                entry.offset(),
                entry.handle(),
                entry.size(),
                names.tag(entry.tag()),
                names.site(entry.site()),
                hasCell ? entry.detail() : 0,
                fault == null ? "" : fault.label(),
                kind == EventKind.RECLAIMED && entry.detail() == EventLog.WAS_WITHHELD);
    }
}
