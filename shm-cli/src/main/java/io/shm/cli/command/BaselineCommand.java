package io.shm.cli.command;

import io.shm.inspect.Inspector;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "baseline",
        header = "What each line of code holds now, to be compared later.",
        description = {
            "Writes JSON, also without --json; \"shm diff\" and \"shm leaks\" take the file with --baseline.",
            "",
            "  shm baseline orders -o monday.json"
        })
public final class BaselineCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Override
    public int run(Session session) throws IOException {
        try (Inspector inspector = Regions.open(region)) {
            Holdings.of(region, inspector).write(session);
        }
        return FINE;
    }
}
