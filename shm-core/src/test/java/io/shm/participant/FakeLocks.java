package io.shm.participant;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Liveness locks of a machine in a test: each fake process has its own {@link SlotLocks}, and its own pid; killing it
 * frees its locks and makes its pid absent.
 */
public final class FakeLocks {
    private final FakeProcess[] holders = new FakeProcess[64];
    private final Map<Integer, FakeProcess> processes = new HashMap<>();
    private int nextPid = 1000;

    /** Starts a process. */
    public FakeProcess start() {
        FakeProcess process = new FakeProcess(++nextPid);
        processes.put(process.pid, process);
        return process;
    }

    /** A process that may hold locks. */
    public final class FakeProcess implements SlotLocks, ProcessTable {
        static final long NAMESPACE = 77;

        private final int pid;
        private boolean alive = true;

        FakeProcess(int pid) {
            this.pid = pid;
        }

        public int pid() {
            return pid;
        }

        /** As SIGKILL does: the system lets go of its locks. */
        public void kill() {
            alive = false;
            loseLocks();
        }

        /** As closing another descriptor of a POSIX-locked file does: it lives on without its locks. */
        public void loseLocks() {
            Arrays.setAll(holders, slot -> holders[slot] == this ? null : holders[slot]);
        }

        @Override
        public synchronized boolean tryHold(int slot) {
            if (holders[slot] != null) {
                return false;
            }
            holders[slot] = this;
            return true;
        }

        @Override
        public void letGo(int slot) {
            if (holders[slot] == this) {
                holders[slot] = null;
            }
        }

        @Override
        public Held probe(int slot) {
            return holders[slot] != null ? Held.HELD : Held.FREE;
        }

        @Override
        public ProcessIdentity self() {
            return new ProcessIdentity(pid, 0, pid * 10L, NAMESPACE, 1, 2);
        }

        @Override
        public Evidence of(int pid, long startTicks, long pidNamespace) {
            FakeProcess process = processes.get(pid);
            if (pidNamespace != NAMESPACE) {
                return Evidence.INVISIBLE;
            }
            return process != null && process.alive && process.self().startTicks() == startTicks
                    ? Evidence.PRESENT
                    : Evidence.GONE;
        }
    }
}
