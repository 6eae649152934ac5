package io.shm.participant;

/** What the system's process table says about a recorded process. */
public enum Evidence {
    /** It is there, with the recorded start, and no zombie. Stopped counts as there. */
    PRESENT,
    /** Its pid is absent, belongs to another by now, or is a zombie's. */
    GONE,
    /** It cannot be seen from here: another pid namespace, or a hidden process table. */
    INVISIBLE
}
