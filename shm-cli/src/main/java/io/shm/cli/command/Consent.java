package io.shm.cli.command;

import io.shm.cli.render.Text;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Whether something that cannot be undone is to be done: a person at a terminal is asked, unless the options have said so. */
final class Consent {
    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    boolean yes;

    /** As {@link #ask}, unless {@code --yes} is given. */
    void obtain(Session session, String verb, String done, String what) throws IOException {
        if (!yes) {
            ask(session, verb, done, what);
        }
    }

    /**
     * Asks.
     *
     * @param verb and done, what is to be done, as "remove" and "removed"; what, to what
     * @throws UsageException if nobody can be asked, or the answer is no: nothing is done then
     */
    static void ask(Session session, String verb, String done, String what) throws IOException {
        if (!session.terminal().canAsk() || session.json()) {
            throw new UsageException(
                    "unconfirmed: nothing " + done + ". --yes " + verb + "s " + what + "; --dry-run only tells");
        }
        String question = verb.substring(0, 1).toUpperCase(Locale.ROOT) + verb.substring(1) + " " + Text.safe(what);
        if (!session.terminal().confirm(question + "?")) {
            throw new UsageException("unconfirmed: nothing " + done);
        }
    }
}
