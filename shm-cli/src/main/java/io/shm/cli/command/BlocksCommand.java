package io.shm.cli.command;

import io.shm.cli.render.BlockShape;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Table;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "blocks",
        header = "The blocks of a region, each with its record.",
        description = {
            "One line a block: where it is, how large, how old, whose, and the line of code that allocated it.",
            "",
            "  shm blocks orders --older-than 5m --sort bytes --limit 20",
            "  shm blocks orders --site \"Send.add\" --columns offset,age,owner,name",
            "  shm blocks orders --hexdump 0x41000"
        })
public final class BlocksCommand extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Mixin
    BlockFilter filter;

    @Mixin
    Ranking ranking;

    @Option(
            names = "--hexdump",
            paramLabel = "OFFSET",
            converter = Place.class,
            description = "The block at this offset: its record in words and its bytes.")
    Long hexdump;

    @Option(
            names = "--max-bytes",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            defaultValue = "4k",
            description = "Most bytes to dump (${DEFAULT-VALUE}).")
    long maxBytes;

    @Override
    public boolean canWatch() {
        return true;
    }

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException {
        try (Inspector inspector = Regions.open(region)) {
            if (hexdump != null) {
                new BlockDump(session, inspector, region).show(hexdump, maxBytes);
            } else if (session.json()) {
                json(session, inspector);
            } else {
                table(session, inspector);
            }
            return FINE;
        }
    }

    private void table(Session session, Inspector inspector) throws IOException {
        BlockShape shape = new BlockShape();
        Table<BlockRow> table = session.table(shape);
        Listing<BlockRow> rows = new Listing<>(ranking.order(shape), ranking.limit(Integer.MAX_VALUE), table::add);
        long bytes = scan(session, inspector, rows);
        table.finish();
        session.sum(sum(rows, bytes));
    }

    private String sum(Listing<BlockRow> rows, long bytes) {
        String sum = Numbers.counted(rows.count(), "block") + ", " + Numbers.sizeInWords(bytes);
        if (rows.shown() < rows.count()) {
            return Numbers.grouped(rows.shown()) + " of " + sum;
        }
        return rows.count() == 0 && filter.isGiven() ? "no block meets the conditions" : sum;
    }

    private void json(Session session, Inspector inspector) throws IOException {
        Json json = session.startJson("blocks").field("region", region);
        json.key("blocks").array();
        BlockShape shape = new BlockShape();
        Listing<BlockRow> rows = new Listing<>(
                ranking.order(shape), ranking.limit(Integer.MAX_VALUE), block -> RowJson.block(json, block));
        long bytes = scan(session, inspector, rows);
        json.endArray().field("count", rows.count()).field("bytes", bytes);
        session.endJson(json);
    }

    private long scan(Session session, Inspector inspector, Listing<BlockRow> rows) {
        long[] bytes = {0};
        filter.apply(inspector, session.look().now(), block -> {
            bytes[0] += block.size();
            rows.accept(block);
        });
        rows.finish();
        return bytes[0];
    }
}
