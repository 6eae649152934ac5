package io.shm.cli.render;

import java.time.Duration;
import java.time.Instant;
import java.util.function.IntSupplier;

/**
 * How output is to look.
 *
 * @param headings whether tables have heads
 * @param plainNumbers numbers as digits only and sizes in bytes, for programs that read tables
 * @param colour whether to paint
 * @param width columns of the terminal, which are costly to ask for; null where lines may be of any length
 * @param now what ages are measured against
 */
public record Look(boolean headings, boolean plainNumbers, boolean colour, IntSupplier width, Instant now) {
    public String count(long value) {
        return plainNumbers ? Long.toString(value) : Numbers.grouped(value);
    }

    public String bytes(long value) {
        return plainNumbers ? Long.toString(value) : Numbers.size(value);
    }

    public String age(Instant since) {
        return since == null ? "" : Numbers.age(Duration.between(since, now));
    }

    public String paint(Paint paint, String text) {
        return paint.on(text, colour);
    }

    /** A value as its kind is written. */
    String text(Column.Kind kind, Object value) {
        if (value == null) {
            return "";
        }
        return switch (kind) {
            case TEXT, SITE -> Text.safe(value.toString());
            case COUNT -> count((Long) value);
            case BYTES -> bytes((Long) value);
            case NUMBER, FIGURE -> value.toString();
            case OFFSET -> Numbers.hex((Long) value);
            case AGE -> age((Instant) value);
        };
    }
}
