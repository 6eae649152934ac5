package io.shm.cli.command;

import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Owners;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Text;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Explanation;
import io.shm.inspect.Inspector;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        header = "What lies at a place of a region. Exit 1 if nothing does.",
        description = {
            "A block, its slack or a guard beside it, with its life and its neighbours; a record; an entry of a table.",
            "",
            "  shm explain orders 0x1e4b0"
        })
public final class ExplainCommand extends Verb {
    @Parameters(index = "0", paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Parameters(
            index = "1",
            paramLabel = "OFFSET",
            converter = Place.class,
            description = "In bytes from the region's beginning, decimal or 0x….")
    long offset;

    @Override
    public boolean canWatch() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException {
        try (Inspector inspector = Regions.open(region)) {
            Explanation is = inspector.explain(offset);
            if (session.json()) {
                json(session, is);
            } else {
                words(session, is);
            }
            return is.isNothing() ? FINDINGS : FINE;
        }
    }

    private void json(Session session, Explanation is) throws IOException {
        Json json = session.startJson("explain")
                .field("region", region)
                .field("offset", offset)
                .field("place", is.place())
                .field("number", is.number())
                .field("field", is.field().isEmpty() ? null : is.field())
                .field("from", is.from())
                .field("to", is.to())
                .field("side", is.side().isEmpty() ? null : is.side())
                .field("distance", is.distance())
                .field("text", sentence(is));
        block(json, "block", is.block());
        block(json, "before", is.before());
        block(json, "after", is.after());
        session.endJson(json);
    }

    private static void block(Json json, String key, BlockRow block) throws IOException {
        json.key(key);
        if (block == null) {
            json.value((String) null);
        } else {
            RowJson.block(json, block);
        }
    }

    private void words(Session session, Explanation is) throws IOException {
        session.line(sentence(is));
        BlockRow block = is.block();
        if (block == null) {
            return;
        }
        if (block.generation() == 0) {
            session.line("  never used");
        } else {
            if (block.since() != null) {
                session.line("  allocated  " + session.look().age(block.since()) + " ago by "
                        + Owners.inWords(block.allocatedBy()) + "  "
                        + Text.safe(block.site().toString()));
            } else {
                session.line("  allocated  by " + Owners.inWords(block.allocatedBy()) + "  "
                        + Text.safe(block.site().toString()));
            }
            if (block.owner() != null
                    && block.owner().id() != block.allocatedBy().id()) {
                session.line("  owner      " + Owners.inWords(block.owner()));
            }
            if (block.changed() != null && !block.change().isEmpty()) {
                session.line("  " + padded(block.change()) + session.look().age(block.changed()) + " ago by "
                        + Owners.inWords(block.changedBy()) + "  "
                        + Text.safe(block.changedAt().toString()));
            }
        }
        neighbour(session, "before it", is.before());
        neighbour(session, "behind it", is.after());
    }

    private static void neighbour(Session session, String label, BlockRow block) throws IOException {
        if (block != null) {
            String site =
                    block.generation() == 0 ? "" : "  " + Text.safe(block.site().toString());
            session.line("  " + padded(label) + named(block) + site);
        }
    }

    private String sentence(Explanation is) {
        String at = Numbers.hex(offset) + " is ";
        return at
                + switch (is.place()) {
                    case "outside" -> "outside the region, which has " + Numbers.sizeInWords(is.from());
                    case "tail" -> "behind the last slab: nothing is there";
                    case "free-slab" -> "in slab " + is.number() + ", which is free";
                    case "slab" -> "in slab " + is.number() + ", which has no blocks";
                    case "left-over" -> "in bytes that no block has: what is left over";
                    case "header" -> "in the header" + ofField(is);
                    case "texts" -> "in the names of sites, tags and others";
                    case "slab-header" -> "in the beginning of slab " + is.number() + ofField(is);
                    case "record" -> "in the record of block " + named(is.block()) + ofField(is);
                    case "slot", "history", "root", "type", "tag", "pool", "site", "fault", "scope" ->
                        "in " + is.place() + " " + is.number() + ofField(is);
                    case "slab-table" -> "in the slab table, slab " + is.number() + ofField(is);
                    default -> near(is);
                };
    }

    private static String ofField(Explanation is) {
        return is.field().isEmpty() ? "" : ", " + is.field();
    }

    private static String near(Explanation is) {
        String block = "block " + named(is.block());
        return switch (is.side()) {
            case "inside" -> "byte " + Numbers.grouped(is.distance()) + " of " + block;
            case "left" -> Numbers.sizeInWords(is.distance()) + " to the left of " + block;
            default ->
                Numbers.sizeInWords(is.distance()) + " to the right of " + block
                        + (is.place().equals("slack") ? ", in its slack" : ", in the guard behind it");
        };
    }

    private static String named(BlockRow block) {
        String size = block.generation() == 0 ? "" : ", " + Numbers.sizeInWords(block.size());
        String tag = block.tag().isEmpty() ? "" : ", tag " + Text.safe(block.tag());
        return "at " + Numbers.hex(block.offset()) + " (" + block.state() + size + tag + ")";
    }

    private static String padded(String label) {
        return label + " ".repeat(Math.max(1, 11 - label.length()));
    }
}
