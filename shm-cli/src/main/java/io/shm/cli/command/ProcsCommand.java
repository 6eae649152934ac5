package io.shm.cli.command;

import io.shm.cli.render.Owners;
import io.shm.cli.render.ProcessShape;
import io.shm.cli.render.RowJson;
import io.shm.inspect.ProcessRow;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "procs", header = "The processes of a region, and what each holds.")
public final class ProcsCommand extends RowsVerb {
    private static final Kind<ProcessRow> KIND =
            new Kind<>("processes", "process", new ProcessShape(), RowJson::processRow);

    @Option(names = "--pid", paramLabel = "PID", description = "This process.")
    Integer pid;

    @Option(names = "--state", paramLabel = "STATE", description = "alive, dead, left, unknown or 'lock lost'.")
    String state;

    @Option(
            names = "--min-size",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "Those that hold at least this many bytes.")
    long minSize;

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        return list(
                session,
                "procs",
                KIND,
                inspector -> inspector.picture().processes().stream()
                        .filter(this::isWanted)
                        .toList());
    }

    private boolean isWanted(ProcessRow row) {
        return (pid == null || pid == row.process().pid())
                && (state == null
                        || state.equalsIgnoreCase(Owners.state(row.process().state())))
                && row.bytes() >= minSize;
    }
}
