package io.shm.participant;

/** The system's process table as this process sees it; tests put a fake in its place. */
public interface ProcessTable {
    ProcessTable SYSTEM = new ProcessTable() {
        @Override
        public ProcessIdentity self() {
            return ProcessIdentity.self();
        }

        @Override
        public Evidence of(int pid, long startTicks, long pidNamespace) {
            return ProcessIdentity.of(pid, startTicks, pidNamespace);
        }
    };

    ProcessIdentity self();

    Evidence of(int pid, long startTicks, long pidNamespace);
}
