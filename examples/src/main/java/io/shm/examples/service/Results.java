package io.shm.examples.service;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What clients got for their requests. Not for several threads at once. */
final class Results {
    /** An answer that is not the one to what was sent. */
    static final String WRONG = "wrong answer";
    /** Neither an answer nor an error of the gateway. */
    static final String NONE = "no answer";

    private final Map<String, Long> counts = new TreeMap<>();
    private long[] latencies = new long[1024];
    private int answers;
    private long nanos;

    void answered(long latencyNs) {
        count(Outcome.ANSWERED.text());
        if (answers == latencies.length) {
            latencies = Arrays.copyOf(latencies, 2 * answers);
        }
        latencies[answers++] = latencyNs;
    }

    void count(String outcome) {
        counts.merge(outcome, 1L, Long::sum);
    }

    void add(Results other) {
        other.counts.forEach((outcome, count) -> counts.merge(outcome, count, Long::sum));
        long[] all = Arrays.copyOf(latencies, Math.max(1, answers + other.answers));
        System.arraycopy(other.latencies, 0, all, answers, other.answers);
        latencies = all;
        answers += other.answers;
    }

    void ranNs(long newNanos) {
        nanos = newNanos;
    }

    double seconds() {
        return nanos / 1e9;
    }

    long of(String outcome) {
        return counts.getOrDefault(outcome, 0L);
    }

    long requests() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether each request had one answer, the right one, or one clear error. */
    boolean isClear() {
        return of(WRONG) == 0 && of(NONE) == 0 && of(Outcome.FAILED.text()) == 0;
    }

    /**
     * How long an answer took that is slower than such a share of all answers.
     *
     * @param share 0 to 1
     * @return nanoseconds; 0 where there are no answers
     */
    long latencyNs(double share) {
        long[] sorted = Arrays.copyOf(latencies, answers);
        Arrays.sort(sorted);
        return answers == 0 ? 0 : sorted[(int) Math.min(answers - 1, Math.floor(share * answers))];
    }
}
