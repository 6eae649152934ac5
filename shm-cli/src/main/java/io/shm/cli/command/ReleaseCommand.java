package io.shm.cli.command;

import io.shm.AttachOptions;
import io.shm.Region;
import io.shm.cli.render.Json;
import io.shm.cli.render.Text;
import io.shm.error.BusyException;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "release",
        header = "Frees one block that nobody owns: an orphan, or one in quarantine.",
        description = {
            "The decision about what a dead process left, or what damage took out of use. A block that is somebody's is"
                    + " never released. What hangs in the cells of an orphan goes with it; of a block in quarantine nothing"
                    + " is believed, and what hangs there stays.",
            "Asks first; without a terminal to ask in, and without --yes, nothing happens (exit code 2)."
        })
public final class ReleaseCommand extends Verb {
    @Parameters(index = "0", paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Parameters(
            index = "1",
            paramLabel = "OFFSET",
            converter = Place.class,
            description = "A place in the block, as the verb blocks shows it.")
    long offset;

    @Mixin
    Consent consent;

    @Override
    public int run(Session session) throws IOException {
        Releasing plan = Releasing.of(region, offset);
        if (!consent.dryRun) {
            consent.obtain(session, "release", "released", plan.what());
            release(plan);
        }
        report(session, plan, !consent.dryRun);
        return FINE;
    }

    private void release(Releasing plan) {
        try (Region taken = Region.attach(AttachOptions.to(region).processName("shm release"))) {
            if (!taken.release(plan.block().offset())) {
                throw new BusyException("another process was first: nothing released at offset " + offset);
            }
        }
    }

    private void report(Session session, Releasing plan, boolean done) throws IOException {
        if (session.json()) {
            Json json = session.startJson("release").field("region", region).field("released", done);
            plan.write(json);
            session.endJson(json);
        } else if (done) {
            session.told("released " + Text.safe(plan.what()));
        } else {
            session.line("would release " + Text.safe(plan.what()));
        }
    }
}
