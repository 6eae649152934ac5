package io.shm.cli.command;

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

/**
 * What a region says of a demo's program, in the shape of {@code shm leaks} and {@code shm faults}.
 *
 * @param log all of the fault log; what is no fault in it is not told, and has a number all the same
 */
record DemoFindings(List<LeakGroup> leaks, List<FaultRow> log) {
    static DemoFindings of(String reference) {
        try (Inspector inspector = Regions.open(reference)) {
            List<FaultRow> log = inspector.faults();
            LeakGroups leaks = new LeakGroups(log);
            inspector.leaks().leaks().forEach(leaks::add);
            return new DemoFindings(leaks.groups(), log);
        }
    }

    boolean isEmpty() {
        return leaks.isEmpty() && faults() == 0;
    }

    void words(Session session) throws IOException {
        Table<LeakGroup> table = session.table(new LeakShape(session.look(), Paint.BAD));
        for (LeakGroup group : leaks) {
            table.add(group);
        }
        table.finish();
        FaultText text = new FaultText(session.out(), session.look());
        for (int i = 0; i < log.size(); i++) {
            if (log.get(i).isFault()) {
                text.write(i + 1, log.get(i));
            }
        }
        session.sum(Numbers.counted(blocks(), "leak") + (blocks() == 0 ? "" : ", " + Numbers.sizeInWords(bytes()))
                + "; " + (faults() == 0 ? "no faults" : Numbers.counted(faults(), "fault")));
    }

    void json(Json json) throws IOException {
        json.field("blocks", blocks()).field("bytes", bytes());
        json.key("leaks").array();
        for (LeakGroup group : leaks) {
            RowJson.leakGroup(json, "kind", group);
        }
        json.endArray().key("faults").array();
        for (FaultRow fault : log) {
            if (fault.isFault()) {
                FaultJson.write(json, fault);
            }
        }
        json.endArray();
    }

    private long faults() {
        return log.stream().filter(FaultRow::isFault).count();
    }

    private long blocks() {
        return leaks.stream().mapToLong(LeakGroup::blocks).sum();
    }

    private long bytes() {
        return leaks.stream().mapToLong(LeakGroup::bytes).sum();
    }
}
