package io.shm.examples.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitingTest {
    private static final long SOON = 1;

    private final Waiting waiting = new Waiting();

    @Test
    void anEndThatComesBeforeAnybodyWaitsIsKept() {
        Waiting.Entry entry = waiting.enter(7);

        assertThat(waiting.forget(7, Outcome.WORKER_DIED)).isTrue();

        assertThat(entry.await(Long.MAX_VALUE / 2).outcome()).isEqualTo(Outcome.WORKER_DIED);
        assertThat(waiting.count()).isZero();
    }

    @Test
    void onlyTheFirstEndCounts() {
        Waiting.Entry entry = waiting.enter(7);
        assertThat(waiting.answer(7, null)).isTrue();

        assertThat(waiting.forget(7, Outcome.WORKER_DIED)).isFalse();
        assertThat(waiting.answer(7, null)).isFalse();

        assertThat(entry.await(System.nanoTime() - SOON).outcome()).isEqualTo(Outcome.ANSWERED);
    }

    @Test
    void afterTheDeadlineNobodyWaitsForTheReply() {
        Waiting.Entry entry = waiting.enter(7);

        assertThat(entry.await(System.nanoTime() - SOON).outcome()).isEqualTo(Outcome.DEADLINE);

        assertThat(waiting.answer(7, null)).isFalse();
    }

    @Test
    void anInterruptEndsTheWaitAndStaysSet() {
        Waiting.Entry entry = waiting.enter(7);
        Thread.currentThread().interrupt();

        assertThat(entry.await(Long.MAX_VALUE / 2).outcome()).isEqualTo(Outcome.CLOSING);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(waiting.count()).isZero();
    }

    @Test
    void allCanBeForgotten() {
        Waiting.Entry first = waiting.enter(1);
        Waiting.Entry second = waiting.enter(2);

        waiting.forgetAll(Outcome.CLOSING);

        assertThat(first.await(Long.MAX_VALUE / 2).outcome()).isEqualTo(Outcome.CLOSING);
        assertThat(second.await(Long.MAX_VALUE / 2).outcome()).isEqualTo(Outcome.CLOSING);
        assertThat(waiting.count()).isZero();
    }

    @Test
    void oneEndsWithoutTheOthers() {
        waiting.enter(1);
        Waiting.Entry second = waiting.enter(2);

        waiting.answer(1, null);

        assertThat(second.await(System.nanoTime() - SOON).outcome()).isEqualTo(Outcome.DEADLINE);
        assertThat(waiting.forget(3, Outcome.DEADLINE)).isFalse();
    }
}
