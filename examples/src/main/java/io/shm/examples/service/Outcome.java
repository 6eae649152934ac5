package io.shm.examples.service;

/** What becomes of a request: an answer or one clear error. */
enum Outcome {
    ANSWERED(200, "answered"),
    WORKER_DIED(503, "worker died"),
    DEADLINE(504, "deadline"),
    QUEUE_FULL(503, "queue full"),
    NO_ROOM(503, "no room"),
    CLOSING(503, "closing");

    private final int status;
    private final String text;

    Outcome(int status, String text) {
        this.status = status;
        this.text = text;
    }

    int status() {
        return status;
    }

    /** In words; so the header {@value Gateway#OUTCOME_HEADER} of a response has it. */
    String text() {
        return text;
    }
}
