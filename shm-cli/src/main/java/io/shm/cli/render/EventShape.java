package io.shm.cli.render;

import static io.shm.cli.render.Column.extra;
import static io.shm.cli.render.Column.shown;

import io.shm.cli.render.Column.Kind;
import io.shm.inspect.EventRow;
import java.util.List;

/** Events of a trace as rows. */
public final class EventShape extends Shape<EventRow> {
    public EventShape() {
        super(List.of(
                shown("time", Kind.TEXT),
                shown("process", Kind.FIGURE),
                shown("event", Kind.TEXT),
                shown("offset", Kind.OFFSET),
                shown("bytes", Kind.COUNT),
                shown("tag", Kind.TEXT),
                shown("site", Kind.SITE),
                shown("note", Kind.TEXT),
                extra("thread", Kind.NUMBER),
                extra("handle", Kind.OFFSET),
                extra("cell", Kind.OFFSET),
                extra("ring", Kind.NUMBER),
                extra("number", Kind.NUMBER)));
    }

    @Override
    public Object value(EventRow row, String key) {
        return switch (key) {
            case "time" -> time(row.at().toString());
            case "process" -> Owners.text(row.process());
            case "event" -> row.kind();
            case "offset" -> row.offset();
            case "bytes" -> row.size();
            case "tag" -> row.tag();
            case "site" -> row.site().className().isEmpty() ? "" : row.site();
            case "note" -> note(row);
            case "thread" -> row.thread();
            case "handle" -> row.handle();
            case "cell" -> row.cell();
            case "ring" -> (long) row.ring();
            case "number" -> row.number();
            default -> throw new IllegalArgumentException("no column " + key);
        };
    }

    /** Of the day, to the millisecond, in UTC: the day itself is the same in almost all rows, and in the JSON. */
    private static String time(String iso) {
        int at = iso.indexOf('T') + 1;
        String time = iso.substring(at, iso.length() - 1);
        return time.length() == 8 ? time + ".000" : time;
    }

    private static String note(EventRow row) {
        if (!row.fault().isEmpty()) {
            return row.fault();
        }
        return row.cell() == 0 ? "" : "cell " + Numbers.hex(row.cell());
    }

    @Override
    public Paint paint(EventRow row, String key) {
        return !key.equals("event")
                ? Paint.PLAIN
                : switch (row.kind()) {
                    case "fault" -> Paint.BAD;
                    case "allocated" -> Paint.GOOD;
                    case "reclaimed" -> Paint.WARN;
                    case "published", "taken" -> Paint.CYAN;
                    default -> Paint.PLAIN;
                };
    }
}
