package io.shm.examples.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResultsTest {
    @Test
    void percentilesAreOfAllClientsTogether() {
        Results sum = new Results();
        for (int client = 0; client < 2; client++) {
            Results results = new Results();
            for (int i = 1; i <= 2_000; i++) {
                results.answered(2L * i - client);
            }
            sum.add(results);
        }

        assertThat(sum.requests()).isEqualTo(4_000);
        assertThat(sum.of(Outcome.ANSWERED.text())).isEqualTo(4_000);
        assertThat(sum.latencyNs(0)).isEqualTo(1);
        assertThat(sum.latencyNs(0.5)).isEqualTo(2_001);
        assertThat(sum.latencyNs(0.99)).isEqualTo(3_961);
        assertThat(sum.latencyNs(1)).isEqualTo(4_000);
    }

    @Test
    void withoutAnswersThereIsNoLatency() {
        assertThat(new Results().latencyNs(0.5)).isZero();
        assertThat(new Results().requests()).isZero();
    }

    @Test
    void anErrorOfTheGatewayIsClearAndAWrongAnswerIsNot() {
        Results results = new Results();
        results.count(Outcome.DEADLINE.text());
        results.count(Outcome.WORKER_DIED.text());
        assertThat(results.isClear()).isTrue();

        results.count(Results.WRONG);
        assertThat(results.isClear()).isFalse();
        assertThat(results.requests()).isEqualTo(3);
    }

    @Test
    void noAnswerAtAllIsNotClear() {
        Results results = new Results();
        results.count(Results.NONE);
        assertThat(results.isClear()).isFalse();
    }
}
