package io.shm.cli.command;

import io.shm.cli.demo.Mistake;
import io.shm.cli.render.FaultJson;
import io.shm.cli.render.FaultText;
import io.shm.cli.render.Json;
import io.shm.cli.render.LeakGroup;
import io.shm.cli.render.LeakShape;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Paint;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Table;
import io.shm.inspect.FaultRow;
import io.shm.inspect.Inspector;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Option;

/** A demo that runs a program with a mistake and shows what the region says about it. */
abstract class MistakeCommand extends Verb {
    private final Mistake mistake;

    @Option(names = "--keep", paramLabel = "NAME", description = "Leave the region under this name, to be looked at.")
    String keep;

    MistakeCommand(Mistake mistake) {
        this.mistake = mistake;
    }

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        int[] found = {0};
        mistake.run(keep, reference -> {
            LeakGroups leaks = new LeakGroups();
            List<FaultRow> faults;
            try (Inspector inspector = Regions.open(reference)) {
                inspector.leaks().leaks().forEach(leaks::add);
                faults = inspector.faults().stream().filter(FaultRow::isFault).toList();
            }
            found[0] = leaks.groups().size() + faults.size();
            if (session.json()) {
                json(session, reference, leaks.groups(), faults);
            } else {
                words(session, leaks.groups(), faults);
            }
        });
        return found[0] == 0 ? FINE : FINDINGS;
    }

    private void words(Session session, List<LeakGroup> leaks, List<FaultRow> faults) throws IOException {
        session.told("a process " + mistake.deed());
        LeakShape shape = new LeakShape(session.look(), Paint.BAD);
        Table<LeakGroup> table = session.table(shape);
        for (LeakGroup group : leaks) {
            table.add(group);
        }
        table.finish();
        FaultText text = new FaultText(session.out(), session.look());
        int number = 0;
        for (FaultRow fault : faults) {
            text.write(++number, fault);
        }
        long blocks = leaks.stream().mapToLong(LeakGroup::blocks).sum();
        long bytes = leaks.stream().mapToLong(LeakGroup::bytes).sum();
        session.sum(Numbers.counted(blocks, "leak") + (blocks == 0 ? "" : ", " + Numbers.sizeInWords(bytes)) + "; "
                + (faults.isEmpty() ? "no faults" : Numbers.counted(faults.size(), "fault")));
    }

    private void json(Session session, String reference, List<LeakGroup> leaks, List<FaultRow> faults)
            throws IOException {
        Json json = session.startJson("demo")
                .field("demo", mistake.label())
                .field("region", reference)
                .field("blocks", leaks.stream().mapToLong(LeakGroup::blocks).sum())
                .field("bytes", leaks.stream().mapToLong(LeakGroup::bytes).sum());
        json.key("leaks").array();
        for (LeakGroup group : leaks) {
            RowJson.leakGroup(json, "kind", group);
        }
        json.endArray().key("faults").array();
        for (FaultRow fault : faults) {
            FaultJson.write(json, fault);
        }
        json.endArray();
        session.endJson(json);
    }
}
