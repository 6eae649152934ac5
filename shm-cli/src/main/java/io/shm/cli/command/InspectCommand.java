package io.shm.cli.command;

import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "inspect",
        header = "What a region is, and where every byte of it is.",
        description = {
            "Identity, accounts that add up to the mapped size, processes, channels, requests, broadcasts, pools, tags, and the",
            "lines of code that hold most."
        })
public final class InspectCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "10",
            description = "Call sites to show (${DEFAULT-VALUE}).")
    int limit;

    @Override
    public boolean canWatch() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException {
        if (limit < 0) {
            throw new UsageException("--limit is a number of rows, not " + limit);
        }
        Picture picture;
        Traffic traffic;
        try (Inspector inspector = Regions.open(region)) {
            picture = inspector.picture();
            traffic = Traffic.of(inspector);
        }
        if (session.json()) {
            PictureJson.write(session, picture, traffic, limit);
        } else {
            new PictureText(session, picture, traffic, limit).write();
        }
        return FINE;
    }
}
