package io.shm.cli.command;

import java.time.Duration;
import picocli.CommandLine.Option;

/** A verb whose rows have rates. */
abstract class RatesVerb extends RowsVerb {
    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = Span.class,
            defaultValue = "500ms",
            description =
                    "Time between the two looks of a rate (${DEFAULT-VALUE}); with --watch it is from frame to frame.")
    Duration every;

    /** @throws UsageException if it is too short */
    final Duration every() {
        if (every.toMillis() < 1) {
            throw new UsageException("--every is a time of at least 1ms");
        }
        return every;
    }

    /** Of the terminal; the largest number where lines may be of any length. */
    static int columns(Session session) {
        return session.look().width() == null
                ? Integer.MAX_VALUE
                : session.look().width().getAsInt();
    }
}
