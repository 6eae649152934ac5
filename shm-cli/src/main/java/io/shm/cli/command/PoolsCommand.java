package io.shm.cli.command;

import io.shm.cli.render.PoolShape;
import io.shm.cli.render.RowJson;
import io.shm.inspect.PoolRow;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "pools", header = "The pools of a region: in use, free, refused.")
public final class PoolsCommand extends RowsVerb {
    private static final Kind<PoolRow> KIND = new Kind<>("pools", "pool", new PoolShape(), RowJson::pool);

    @Option(names = "--tag", paramLabel = "TAG", description = "Pools of this tag; '' are those of any.")
    String tag;

    @Option(
            names = "--min-size",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "Pools of blocks of at least this size.")
    long minSize;

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        return list(
                session,
                "pools",
                KIND,
                inspector -> inspector.picture().pools().stream()
                        .filter(row -> (tag == null || tag.equals(row.tag())) && row.blockSize() >= minSize)
                        .toList());
    }
}
