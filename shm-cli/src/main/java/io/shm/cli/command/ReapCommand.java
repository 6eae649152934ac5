package io.shm.cli.command;

import io.shm.Operator;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Text;
import io.shm.inspect.ProcessRow;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reap",
        header = "Settles what dead processes hold.",
        description = {
            "Their blocks are freed or kept as orphans, as the region's policy says, and their places become free. The"
                    + " processes of a region do that by themselves; this is for a region where nobody runs any more. A"
                    + " process that lives, or may live, is never reaped.",
            "Asks first; without a terminal to ask in, and without --yes, nothing happens (exit code 2)."
        })
public final class ReapCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Option(names = "--pid", paramLabel = "PID", description = "This process alone.")
    Integer pid;

    @Mixin
    Consent consent;

    @Override
    public int run(Session session) throws IOException {
        Reaping plan = Reaping.of(region, pid);
        boolean reaps = !consent.dryRun && !plan.isEmpty();
        if (reaps) {
            consent.obtain(
                    session,
                    "reap",
                    "reaped",
                    Numbers.counted(plan.dead().size(), "dead process") + " with "
                            + Numbers.counted(plan.blocks(), "block") + ", which are " + plan.fate());
            Operator.reap(
                    region,
                    one -> plan.dead().stream().anyMatch(row -> row.process().pid() == one));
        }
        report(session, plan, reaps);
        return FINE;
    }

    private void report(Session session, Reaping plan, boolean done) throws IOException {
        if (session.json()) {
            Json json = session.startJson("reap").field("region", region).field("reaped", done);
            plan.write(json);
            session.endJson(json);
        } else if (plan.isEmpty()) {
            session.told(Text.safe(region) + ": nobody to reap");
        } else {
            for (ProcessRow row : plan.dead()) {
                String line = (done ? "reaped " : "would reap ") + Reaping.what(row) + ", " + plan.fate();
                if (done) {
                    session.told(line);
                } else {
                    session.line(line);
                }
            }
        }
    }
}
