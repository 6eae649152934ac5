package io.shm.cli.command;

import io.shm.cli.demo.Bug;
import io.shm.cli.render.Json;
import io.shm.cli.render.LeakGroup;
import io.shm.cli.render.LeakShape;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Paint;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Table;
import io.shm.inspect.Inspector;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** A demo that runs a program with one of the three bugs and shows what the region says about it. */
abstract class BugCommand extends Verb {
    private final Bug bug;

    @Option(names = "--keep", paramLabel = "NAME", description = "Leave the region under this name, to be looked at.")
    String keep;

    BugCommand(Bug bug) {
        this.bug = bug;
    }

    /** What the program did, in a sentence or two. */
    abstract String told(Map<String, Long> figures);

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        int[] found = {0};
        bug.run(keep, (reference, figures) -> {
            LeakGroups leaks = new LeakGroups();
            try (Inspector inspector = Regions.open(reference)) {
                inspector.leaks().leaks().forEach(leaks::add);
            }
            List<LeakGroup> groups = leaks.groups();
            found[0] = groups.size();
            if (session.json()) {
                json(session, reference, figures, groups);
            } else {
                words(session, figures, groups);
            }
        });
        return found[0] == 0 ? FINE : FINDINGS;
    }

    private void words(Session session, Map<String, Long> figures, List<LeakGroup> leaks) throws IOException {
        session.told(told(figures));
        Table<LeakGroup> table = session.table(new LeakShape(session.look(), Paint.BAD));
        for (LeakGroup group : leaks) {
            table.add(group);
        }
        table.finish();
        session.sum(Numbers.counted(blocks(leaks), "leak") + ", " + Numbers.sizeInWords(bytes(leaks)));
    }

    private void json(Session session, String reference, Map<String, Long> figures, List<LeakGroup> leaks)
            throws IOException {
        Json json = session.startJson("demo").field("demo", bug.label()).field("region", reference);
        for (Map.Entry<String, Long> figure : figures.entrySet()) {
            json.field(figure.getKey(), figure.getValue());
        }
        json.field("blocks", blocks(leaks)).field("bytes", bytes(leaks));
        json.key("leaks").array();
        for (LeakGroup group : leaks) {
            RowJson.leakGroup(json, "kind", group);
        }
        json.endArray();
        session.endJson(json);
    }

    private static long blocks(List<LeakGroup> leaks) {
        return leaks.stream().mapToLong(LeakGroup::blocks).sum();
    }

    private static long bytes(List<LeakGroup> leaks) {
        return leaks.stream().mapToLong(LeakGroup::bytes).sum();
    }
}
