package io.shm.examples.service;

import io.shm.channel.Answer;

/** What becomes of a request: an answer or one clear error. */
enum Outcome {
    ANSWERED(200, "answered"),
    WORKER_DIED(503, "worker died"),
    DEADLINE(504, "deadline"),
    BUSY(503, "busy"),
    NO_ROOM(503, "no room"),
    CLOSING(503, "closing"),
    FAILED(500, "failed");

    private final int status;
    private final String text;

    Outcome(int status, String text) {
        this.status = status;
        this.text = text;
    }

    static Outcome of(Answer answer) {
        return switch (answer) {
            case REPLIED -> ANSWERED;
            case SERVER_DIED -> WORKER_DIED;
            // Without a worker one is waited for until the time is over.
            case TIMED_OUT, NO_SERVER -> DEADLINE;
            case BUSY -> BUSY;
            case FAILED -> FAILED;
        };
    }

    int status() {
        return status;
    }

    /** In words; so the header {@value Gateway#OUTCOME_HEADER} of a response has it. */
    String text() {
        return text;
    }
}
