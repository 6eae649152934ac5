package io.shm.examples.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    @Test
    void withoutAnyALoadOfAMinuteRuns() {
        Arguments arguments = Arguments.parse();

        assertThat(arguments.load()).isEqualTo(60);
        assertThat(arguments.hold()).isZero();
        assertThat(arguments.name()).isEqualTo("service");
    }

    @Test
    void eachCanBeGiven() {
        assertThat(Arguments.parse(
                        "--load",
                        "5",
                        "--seed",
                        "-7",
                        "--workers",
                        "2",
                        "--clients",
                        "4",
                        "--port",
                        "8080",
                        "--hold",
                        "9",
                        "--deadline",
                        "100",
                        "--name",
                        "n"))
                .isEqualTo(new Arguments("n", 8080, 2, 4, 5, 9, 100, -7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--load",
                "--load x",
                "--load -1",
                "--workers 0",
                "--workers 33",
                "--port 65536",
                "--what 1",
                "1",
                "--seed 1.5",
                "--deadline 99999999999"
            })
    void whatIsNoArgumentIsRefused(String line) {
        assertThat(Arguments.parse(line.split(" "))).isNull();
    }
}
