package io.shm.cli.command;

import io.shm.Region;
import io.shm.cli.render.Json;
import io.shm.cli.render.Text;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    Consent consent;

    @Override
    public int run(Session session) throws IOException {
        Removal plan = Removal.of(region, force);
        if (consent.dryRun) {
            report(session, plan, false);
            return FINE;
        }
        consent.obtain(session, "remove", "removed", plan.what());
        try {
            Region.remove(region, force);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
        report(session, plan, true);
        return FINE;
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
