package io.shm.cli.command;

import io.shm.cli.render.Numbers;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "snapshot",
        header = "A copy of a region in a file, which every verb accepts.",
        description = {
            "Each record is copied as it was at one instant, while everybody goes on; payload as it is at that moment,",
            "that of secret blocks left out. In the copy nothing is known about who is alive.",
            "",
            "  shm snapshot orders -o before.shm",
            "  shm blocks before.shm --sort bytes"
        })
public final class SnapshotCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Override
    public boolean writesFile() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException {
        Path file = Targets.named(session, "snapshot", "copy");
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new UsageException("-o " + file + " is no file");
        }
        try (Inspector inspector = Regions.open(region)) {
            Targets.check(file, inspector);
            inspector.snapshot(file);
        }
        tell(session, file);
        return FINE;
    }

    private void tell(Session session, Path file) throws IOException {
        Picture picture;
        try (Inspector copy = Inspector.open(file.toAbsolutePath().toString())) {
            picture = copy.picture();
        }
        if (session.json()) {
            session.endJson(session.startJson("snapshot")
                    .field("region", region)
                    .field("file", file.toString())
                    .field("size", picture.accounts().total())
                    .field("blocks", picture.blocks())
                    .field("bytes", picture.accounts().live())
                    .field("damaged", picture.damaged()));
        } else {
            session.told(file + ": " + region + " as it was, "
                    + Numbers.counted(picture.blocks(), "block") + " in use, "
                    + Numbers.sizeInWords(picture.accounts().live()));
        }
    }
}
