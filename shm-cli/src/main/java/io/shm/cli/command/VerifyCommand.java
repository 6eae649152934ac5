package io.shm.cli.command;

import io.shm.Operator;
import io.shm.Repaired;
import io.shm.cli.render.FindingShape;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Paint;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Table;
import io.shm.error.BusyException;
import io.shm.inspect.FindingRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.Verification;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        header = "Checks every invariant of a region; can repair it.",
        description = {
            "Header, participants, history, names, scopes, the fault log, pools, slabs, every record and the guards beside its"
                    + " block, each against the others; what is half done"
                    + " at the moment is no finding. Hints and counters trail behind while processes work, so they are"
                    + " compared only where nobody is attached. Exit code 1 if an invariant is broken; hints and counters"
                    + " that a crash has left off are shown, and are none.",
            "--repair makes anew what follows from the rest, settles what nobody owns by the region's policy, and takes blocks"
                    + " and slabs out of use that cannot be trusted ('shm release' then decides about a block). The column"
                    + " REPAIR tells beforehand what it would do. What only a living process can know is left to it. It asks"
                    + " first; without a terminal to ask in, and without --yes, nothing happens (exit code 2)."
        })
public final class VerifyCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Option(names = "--repair", description = "Put right what can be put right, and check again.")
    boolean repair;

    @Option(names = "--dry-run", description = "With --repair: say what would be done, and do nothing.")
    boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    boolean yes;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Findings to show (${DEFAULT-VALUE}).")
    int limit;

    @Override
    public boolean canWatch() {
        return !repair;
    }

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException {
        if (limit < 0) {
            throw new UsageException("--limit is a number of rows, not " + limit);
        }
        Verification found = verify();
        Repaired repaired = null;
        if (repair && found.identity().copy()) {
            throw new BusyException(found.identity().path() + " is a copy of a region: nothing repaired");
        }
        if (repair && !dryRun && !(found.isSound() && found.off().isEmpty())) {
            if (!yes) {
                Consent.ask(session, "repair", "repaired", region + ": " + sum(found));
            }
            repaired = Operator.repair(region);
            found = verify();
        }
        if (session.json()) {
            json(session, found, repaired);
        } else {
            text(session, found, repaired);
        }
        return found.isSound() ? FINE : FINDINGS;
    }

    private Verification verify() {
        try (Inspector inspector = Regions.open(region)) {
            return inspector.verify();
        }
    }

    private void text(Session session, Verification found, Repaired repaired) throws IOException {
        Table<FindingRow> table = session.table(new FindingShape());
        int left = limit;
        for (List<FindingRow> rows : List.of(found.broken(), found.off(), found.quarantined())) {
            for (FindingRow row : rows.subList(0, Math.min(left, rows.size()))) {
                table.add(row);
            }
            left -= Math.min(left, rows.size());
        }
        table.finish();
        if (repaired != null) {
            session.told("repaired: " + Numbers.counted(repaired.rebuilt(), "word") + " rebuilt, "
                    + Numbers.counted(repaired.reclaimed(), "owner") + " settled, "
                    + Numbers.grouped(repaired.quarantined()) + " taken out of use, "
                    + Numbers.grouped(repaired.left()) + " left as found");
        }
        session.line(session.look().paint(found.isSound() ? Paint.PLAIN : Paint.BAD, sum(found)) + " in "
                + Numbers.counted(found.slabs(), "slab") + " and "
                + Numbers.counted(found.records(), "record"));
        if (!found.compared()) {
            session.sum("hints and counters not compared: "
                    + Numbers.counted(found.attached(), "process")
                    + " attached, whose last 100 ms are not in them yet");
        }
    }

    private static String sum(Verification found) {
        StringBuilder sum = new StringBuilder();
        long broken = found.broken().size() + found.more();
        sum.append(broken == 0 ? "no broken rule" : Numbers.counted(broken, "broken rule"));
        if (!found.off().isEmpty()) {
            sum.append(", ").append(Numbers.grouped(found.off().size())).append(" of the hints and counters off");
        }
        if (!found.quarantined().isEmpty()) {
            sum.append(", ").append(Numbers.grouped(found.quarantined().size())).append(" out of use");
        }
        return sum.toString();
    }

    private void json(Session session, Verification found, Repaired repaired) throws IOException {
        Json json = session.startJson("verify")
                .field("region", region)
                .field("sound", found.isSound())
                .field("slabs", found.slabs())
                .field("records", found.records())
                .field("attached", found.attached())
                .field("countersCompared", found.compared());
        rows(json, "broken", found.broken());
        json.field("brokenCount", found.broken().size() + found.more());
        rows(json, "off", found.off());
        json.field("offCount", found.off().size());
        rows(json, "quarantined", found.quarantined());
        json.field("quarantinedCount", found.quarantined().size());
        if (repaired != null) {
            json.key("repaired")
                    .object()
                    .field("rebuilt", repaired.rebuilt())
                    .field("reclaimed", repaired.reclaimed())
                    .field("quarantined", repaired.quarantined())
                    .field("left", repaired.left())
                    .endObject();
        }
        session.endJson(json);
    }

    private void rows(Json json, String key, List<FindingRow> rows) throws IOException {
        json.key(key).array();
        for (FindingRow row : rows.subList(0, Math.min(limit, rows.size()))) {
            RowJson.finding(json, row);
        }
        json.endArray();
    }
}
