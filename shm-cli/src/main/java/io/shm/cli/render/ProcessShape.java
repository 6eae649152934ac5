package io.shm.cli.render;

import static io.shm.cli.render.Column.extra;
import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import io.shm.inspect.ProcessRow;
import java.util.List;

/** Participants as rows. */
public final class ProcessShape extends Shape<ProcessRow> {
    public ProcessShape() {
        super(List.of(
                shown("pid", Kind.NUMBER),
                shown("state", Kind.TEXT),
                shown("blocks", Kind.COUNT),
                shown("bytes", Kind.BYTES),
                shown("allocated", Kind.COUNT),
                shown("freed", Kind.COUNT),
                shown("joined", Kind.AGE),
                shown("name", Kind.TEXT),
                extra("slot", Kind.NUMBER),
                extra("slabs", Kind.COUNT),
                extra("uid", Kind.NUMBER),
                extra("peak", Kind.BYTES),
                extra("peak-blocks", Kind.COUNT),
                extra("bytes-allocated", Kind.BYTES),
                extra("bytes-freed", Kind.BYTES),
                extra("first", Kind.AGE),
                extra("last", Kind.AGE),
                extra("namespace", Kind.NUMBER),
                extra("start-ticks", Kind.NUMBER)));
    }

    @Override
    public Object value(ProcessRow row, String key) {
        return switch (key) {
            case "pid" -> (long) row.process().pid();
            case "state" -> Owners.state(row.process().state());
            case "blocks" -> row.blocks();
            case "bytes" -> row.bytes();
            case "joined" -> row.process().joinedAt();
            case "name" -> row.process().name();
            case "slot" -> (long) row.slot();
            case "slabs" -> row.slabs();
            case "uid" -> (long) row.process().uid();
            case "namespace" -> row.process().pidNamespace();
            case "start-ticks" -> row.process().startTicks();
            default -> TotalsValues.of(row.totals(), key);
        };
    }

    @Override
    public Paint paint(ProcessRow row, String key) {
        return key.equals("state") ? Owners.paint(row.process()) : Paint.PLAIN;
    }
}
