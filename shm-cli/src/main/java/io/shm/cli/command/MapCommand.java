package io.shm.cli.command;

import io.shm.cli.render.Json;
import io.shm.cli.render.MapGroup;
import io.shm.cli.render.MapGroupShape;
import io.shm.cli.render.MapPicture;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Paint;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Table;
import io.shm.cli.render.Text;
import io.shm.inspect.Extent;
import io.shm.inspect.Identity;
import io.shm.inspect.Inspector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "map",
        header = "What lies where in a region, as a picture as wide as the terminal.",
        description = {
            "A character stands for some KiB or MiB, and shows what most of it is, or is damaged, or is in use:",
            "",
            "  \u2591 \u2592 \u2593   header, tables, the ledger's slab table",
            "  - \u2581..\u2588  a slab of a size class: nothing in use, little, all",
            "  \u25cb \u25d4..\u25cf  a slab of a pool, likewise",
            "  \u25a0       a large block        \u00b7  free",
            "  ~       being formed         \u2717  damaged, or out of use",
            "",
            "With --by size a letter is a size of blocks, with --by owner a process.",
            "With --json all stretches, each with offset, bytes, kind, owner, and blocks in use."
        })
public final class MapCommand extends Verb {
    private static final int USUAL_COLUMNS = 80;
    private static final int USUAL_ROWS = 16;
    private static final int FEWEST_ROWS = 4;
    private static final int MOST_ROWS = 10_000;
    /** Lines of the legend and around it. */
    private static final int OTHER_LINES = 14;

    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            defaultValue = "use",
            description = "use, size or owner (${DEFAULT-VALUE}).")
    MapPicture.By by;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "Most lines of the picture; 16, or fewer in a low terminal, if not given.")
    Integer rows;

    @Override
    public boolean canWatch() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException {
        if (rows != null && (rows < 1 || rows > MOST_ROWS)) {
            throw new UsageException("--rows is a number of lines from 1 to 10,000, not " + rows);
        }
        try (Inspector inspector = Regions.open(region)) {
            if (session.json()) {
                json(session, inspector);
            } else {
                picture(session, inspector);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return FINE;
    }

    // ---------------------------------------------------------------- for people

    private void picture(Session session, Inspector inspector) throws IOException {
        Identity is = inspector.identity();
        int columns = session.look().width() == null
                ? USUAL_COLUMNS
                : session.look().width().getAsInt();
        MapPicture picture = new MapPicture(by, is.mapped(), columns, mostRows(session));
        inspector.extents(picture);
        session.told(session.look().paint(Paint.HEAD, Text.safe(is.reference())) + ": "
                + Numbers.sizeInWords(is.mapped()) + "; a character is " + round(picture.cellBytes()) + ", a line "
                + round(picture.lineBytes()));
        picture.write(session.out(), session.look());
        if (!session.look().headings()) {
            return;
        }
        session.line("");
        List<MapGroup> groups = picture.groups();
        Table<MapGroup> legend = new Table<>(session.out(), session.look(), new MapGroupShape(is.mapped(), columns));
        for (MapGroup group : groups) {
            legend.add(group);
        }
        legend.finish();
    }

    /** A round number of bytes, as people call it. */
    private static String round(long bytes) {
        return bytes < 1 << 20 ? bytes / 1024 + " KiB" : Numbers.size(bytes);
    }

    private int mostRows(Session session) {
        if (rows != null) {
            return rows;
        }
        return session.look().width() == null
                ? USUAL_ROWS
                : Math.max(FEWEST_ROWS, Math.min(USUAL_ROWS, session.terminal().rows() - OTHER_LINES));
    }

    // ---------------------------------------------------------------- for programs

    private void json(Session session, Inspector inspector) throws IOException {
        Json json = session.startJson("map")
                .field("region", region)
                .field("mapped", inspector.identity().mapped());
        json.key("extents").array();
        long[] count = new long[1];
        inspector.extents(extent -> {
            try {
                write(json, extent);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            count[0]++;
        });
        json.endArray().field("count", count[0]);
        session.endJson(json);
    }

    private static void write(Json json, Extent extent) throws IOException {
        json.object()
                .field("kind", extent.kind())
                .field("offset", extent.offset())
                .field("bytes", extent.bytes());
        if (extent.slab() >= 0) {
            json.field("slab", extent.slab()).field("slabs", extent.slabs()).field("state", extent.state());
        }
        if (extent.capacity() > 0) {
            json.field("blockSize", extent.blockSize())
                    .field("capacity", extent.capacity())
                    .field("blocks", extent.blocks())
                    .field("live", extent.live())
                    .field("quarantined", extent.quarantined())
                    .field("tag", extent.tag());
            RowJson.process(json.key("owner"), extent.owner());
        }
        json.endObject();
    }
}
