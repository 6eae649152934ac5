package io.shm.cli.command;

import io.shm.cli.bench.Spread;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What benchmarks have in common: how long they may take, where they ran, and how a figure and its spread are shown. */
final class BenchFigures {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Time to measure (${DEFAULT-VALUE}); warming up comes on top.")
    int seconds;

    Duration time() {
        if (seconds < 1 || seconds > 3600) {
            throw new UsageException("--seconds is from 1 to 3600, not " + seconds);
        }
        return Duration.ofSeconds(seconds);
    }

    static int cpus() {
        return Runtime.getRuntime().availableProcessors();
    }

    static String machine() {
        return System.getProperty("java.vm.name") + " " + Runtime.version().feature() + ", "
                + Numbers.counted(cpus(), "cpu");
    }

    /** Up to the results, of which there is an object each. */
    static Json startJson(Session session, String bench) throws IOException {
        Json json = session.startJson("bench")
                .field("bench", bench)
                .field("java", System.getProperty("java.runtime.version"))
                .field("cpus", cpus());
        return json.key("results").array();
    }

    static Json spread(Json json, String key, Spread spread) throws IOException {
        return json.key(key)
                .object()
                .field("median", spread.median())
                .field("p25", spread.p25())
                .field("p75", spread.p75())
                .endObject();
    }

    static String range(Spread spread) {
        return Numbers.tenths(spread.p25()) + ".." + Numbers.tenths(spread.p75());
    }
}
