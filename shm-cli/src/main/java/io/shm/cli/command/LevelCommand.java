package io.shm.cli.command;

import io.shm.Region;
import io.shm.cli.render.Json;
import io.shm.cli.render.Text;
import io.shm.error.BusyException;
import io.shm.inspect.Identity;
import io.shm.inspect.Inspector;
import io.shm.ledger.Level;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "level",
        header = "How much a region keeps of each allocation; changes it while processes work.",
        description = {
            "off: state, size, tag and owner. counts: also when, and totals by tag and process. sites: also the line of code"
                    + " (where a region begins). full: also the line of every free, and the whole stack of one allocation in"
                    + " 512 KiB. paranoid: also what finds mistakes at a price.",
            "Without LEVEL it says which one it is. The processes of the region follow within 10 ms; what they have allocated"
                    + " already stays as it was noted."
        })
public final class LevelCommand extends Verb {
    @Parameters(index = "0", paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "LEVEL",
            description = "off, counts, sites, full or paranoid: from now on.")
    String level;

    @Override
    public boolean canWatch() {
        return level == null;
    }

    @Override
    public int run(Session session) throws IOException {
        Level wanted = level == null ? null : levelOf(level);
        String before = before(wanted);
        if (wanted != null) {
            Region.setLevel(region, wanted);
        }
        String now = wanted == null ? before : wanted.label();
        if (session.json()) {
            Json json = session.startJson("level").field("region", region).field("level", now);
            if (wanted != null) {
                json.field("before", before);
            }
            session.endJson(json);
        } else if (wanted == null) {
            session.line(now);
        } else {
            session.told(
                    Text.safe(region) + ": level " + now + (now.equals(before) ? ", as it was" : ", was " + before));
        }
        return FINE;
    }

    private String before(Level wanted) {
        try (Inspector inspector = Regions.open(region)) {
            Identity identity = inspector.identity();
            if (wanted != null && identity.copy()) {
                throw new BusyException(
                        identity.path() + " is a copy of a region: its level stays, as nobody would follow it");
            }
            return identity.level();
        }
    }

    private static Level levelOf(String label) {
        try {
            return Level.of(label);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }
}
