package io.shm.inspect;

import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.ledger.Fault;
import io.shm.ledger.Trace;
import java.time.Instant;

/** Turns faults into rows, with the names that their ids stand for. */
final class FaultRows {
    private final Names names;
    private final Processes processes;
    private final Clock clock;

    FaultRows(Names names, Processes processes, Clock clock) {
        this.names = names;
        this.processes = processes;
        this.clock = clock;
    }

    FaultRow row(Fault fault) {
        return new FaultRow(
                fault.kind().label(),
                fault.kind().isFault(),
                fault.count(),
                time(fault.firstAtMs()),
                time(fault.lastAtMs()),
                fault.offset(),
                fault.size(),
                names.tag(fault.tag()),
                fault.handle(),
                fault.generation(),
                trace(fault.allocated()),
                trace(fault.other()),
                trace(fault.by()),
                fault.secondOffset(),
                fault.secondSize(),
                trace(fault.secondAllocated()),
                fault.cell(),
                fault.blocks(),
                fault.bytes(),
                fault.expected(),
                fault.observed(),
                fault.foundAt(),
                fault.found());
    }

    private TraceInfo trace(Trace trace) {
        return trace.isKnown()
                ? new TraceInfo(
                        BlockRows.label(trace.action()), process(trace), names.site(trace.site()), time(trace.atMs()))
                : null;
    }

    private ProcessInfo process(Trace trace) {
        ProcessInfo known = processes.of(trace.process());
        // The log remembers the pid longer than the history does; a pid that is none comes from damage.
        boolean remembered = known.pid() == 0 && trace.pid() > 0 && trace.pid() <= Integer.MAX_VALUE;
        return remembered
                ? new ProcessInfo(trace.process(), (int) trace.pid(), Liveness.UNKNOWN, "", 0, 0, 0, null)
                : known;
    }

    private Instant time(long sinceMs) {
        return sinceMs == 0 ? null : clock.at(sinceMs);
    }
}
