package io.shm.cli.command;

import io.shm.cli.demo.Crash;
import io.shm.cli.render.BlockShape;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Table;
import io.shm.cli.render.Text;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Picture;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "crash",
        header = "One of three processes is killed in the middle of its work; nothing is lost.",
        description = {
            "The region's policy is keep: the others notice the death and go on, and the dead one's blocks stay as orphans,"
                    + " with its name and the lines that allocated them, until somebody decides. Here they are released.",
            "With --keep they are left to be looked at and released by hand."
        })
public final class CrashCommand extends Verb {
    private static final int SITES = 5;
    private static final List<String> COLUMNS =
            List.of("offset", "state", "bytes", "change", "changed-by", "tag", "site");

    @Option(names = "--keep", paramLabel = "NAME", description = "Leave the region under this name, orphans included.")
    String keep;

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        if (session.json()) {
            Json json = session.startJson("demo").field("demo", "crash");
            new Crash(keep).run(new ForPrograms(json));
            session.endJson(json);
        } else {
            new Crash(keep).run(new ForPeople(session));
            if (keep != null) {
                session.told("kept: shm blocks " + Text.safe(keep) + " --state orphan; shm release " + Text.safe(keep)
                        + " OFFSET; shm rm " + Text.safe(keep));
            }
        }
        return FINE;
    }

    private record ForPeople(Session session) implements Crash.Audience {
        @Override
        public void before(Picture picture) throws IOException {
            session.line("--- before");
            new PictureText(session, picture, Traffic.NONE, SITES).write();
        }

        @Override
        public void killed(long pid, String name) throws IOException {
            session.line("--- kill -9 " + pid + " (" + name + "), in the middle of its work");
        }

        @Override
        public void goesOn(long pid, String name, long pairs) throws IOException {
            session.line("process " + pid + " " + name + " goes on: " + Numbers.grouped(pairs)
                    + " blocks allocated and freed since");
        }

        @Override
        public void after(Picture picture, List<BlockRow> orphans) throws IOException {
            session.line("--- after: the death was noticed, and what it held is kept");
            new PictureText(session, picture, Traffic.NONE, SITES).write();
            BlockShape shape = new BlockShape();
            Table<BlockRow> table = new Table<>(
                    session.out(),
                    session.look(),
                    shape,
                    COLUMNS.stream().map(key -> Session.column(shape, key)).toList(),
                    "");
            for (BlockRow orphan : orphans) {
                table.add(orphan);
            }
            table.finish();
            session.sum(Numbers.counted(orphans.size(), "orphan") + ", "
                    + Numbers.sizeInWords(
                            orphans.stream().mapToLong(BlockRow::size).sum()));
        }

        @Override
        public void released(int orphans, int left) throws IOException {
            session.line("--- released " + Numbers.counted(orphans, "orphan") + ", " + left + " left");
        }
    }

    private record ForPrograms(Json json) implements Crash.Audience {
        @Override
        public void before(Picture picture) throws IOException {
            picture(json.key("before"), picture);
        }

        @Override
        public void killed(long pid, String name) throws IOException {
            json.key("killed").object().field("pid", pid).field("name", name).endObject();
            json.key("survivors").array();
        }

        @Override
        public void goesOn(long pid, String name, long pairs) throws IOException {
            json.object()
                    .field("pid", pid)
                    .field("name", name)
                    .field("pairs", pairs)
                    .endObject();
        }

        @Override
        public void after(Picture picture, List<BlockRow> orphans) throws IOException {
            picture(json.endArray().key("after"), picture);
            json.key("blocks").array();
            for (BlockRow orphan : orphans) {
                RowJson.block(json, orphan);
            }
            json.endArray()
                    .field("count", orphans.size())
                    .field("bytes", orphans.stream().mapToLong(BlockRow::size).sum());
        }

        @Override
        public void released(int orphans, int left) throws IOException {
            json.field("released", orphans).field("left", left);
        }

        private static void picture(Json json, Picture picture) throws IOException {
            json.object();
            PictureJson.fields(json, picture, SITES);
            json.endObject();
        }
    }
}
