package io.shm.schedule;

/** The process is dead: nothing may catch this but the schedule. */
final class Death extends Error {
    private static final long serialVersionUID = 1L;

    Death(String who) {
        super(who + " is dead", null, false, false);
    }
}
