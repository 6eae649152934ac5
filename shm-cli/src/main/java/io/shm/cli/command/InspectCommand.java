package io.shm.cli.command;

import io.shm.inspect.ChannelRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "inspect",
        header = "What a region is, and where every byte of it is.",
        description =
                "Identity, accounts that add up to the mapped size, processes, channels, pools, tags, and the lines of code that hold most.")
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
        List<ChannelRow> channels;
        try (Inspector inspector = Regions.open(region)) {
            picture = inspector.picture();
            channels = inspector.channels();
        }
        if (session.json()) {
            PictureJson.write(session, picture, channels, limit);
        } else {
            new PictureText(session, picture, channels, limit).write();
        }
        return FINE;
    }
}
