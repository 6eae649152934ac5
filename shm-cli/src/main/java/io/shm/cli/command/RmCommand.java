package io.shm.cli.command;

import io.shm.Region;
import io.shm.cli.render.Json;
import io.shm.cli.render.Text;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rm",
        header = "Removes a region that nobody uses.",
        description = {
            "Its name goes at once, its memory when the last process lets go. Refused while processes are attached.",
            "Asks first; without a terminal to ask in, and without --yes, nothing happens (exit code 2)."
        })
public final class RmCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Option(
            names = "--force",
            description = "Although processes are attached: they go on with the memory, without a name.")
    boolean force;

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    boolean yes;

    @Override
    public int run(Session session) throws IOException {
        Removal plan = Removal.of(region, force);
        if (dryRun) {
            report(session, plan, false);
            return FINE;
        }
        if (!yes) {
            confirm(session, plan);
        }
        try {
            Region.remove(region, force);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
        report(session, plan, true);
        return FINE;
    }

    private void confirm(Session session, Removal plan) throws IOException {
        if (!session.terminal().canAsk() || session.json()) {
            throw new UsageException(
                    "unconfirmed: nothing removed. --yes removes " + plan.what() + "; --dry-run only tells");
        }
        if (!session.terminal().confirm("Remove " + Text.safe(plan.what()) + "?")) {
            throw new UsageException("unconfirmed: nothing removed");
        }
    }

    private void report(Session session, Removal plan, boolean done) throws IOException {
        if (session.json()) {
            Json json = session.startJson("rm").field("region", region).field("removed", done);
            plan.write(json);
            session.endJson(json);
        } else if (done) {
            session.told("removed " + Text.safe(plan.what()));
        } else {
            session.line("would remove " + Text.safe(plan.what()));
        }
    }
}
