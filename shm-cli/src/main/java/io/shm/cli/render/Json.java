package io.shm.cli.render;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;

/**
 * Writes one JSON text, value by value, as it goes; a million rows need no memory.
 *
 * <p>Strings may hold anything: control characters, unpaired surrogates and the separators that break JavaScript are
 * escaped, so the output is always valid UTF-8. Not a number is {@code null}. Values out of place are an
 * IllegalStateException: a bug of the caller.
 */
public final class Json {
    private static final int OBJECT = 1;
    private static final int ARRAY = 2;

    private final Appendable to;
    private int[] nesting = new int[8];
    private boolean[] filled = new boolean[8];
    private int depth;
    private boolean keyed;

    public Json(Appendable to) {
        this.to = to;
    }

    public Json object() throws IOException {
        return open(OBJECT, '{');
    }

    public Json endObject() throws IOException {
        return close(OBJECT, '}');
    }

    public Json array() throws IOException {
        return open(ARRAY, '[');
    }

    public Json endArray() throws IOException {
        return close(ARRAY, ']');
    }

    /** The name of the value that comes next. */
    public Json key(String name) throws IOException {
        if (depth == 0 || nesting[depth - 1] != OBJECT || keyed) {
            throw new IllegalStateException("JSON: no place for the key " + name);
        }
        separate();
        quote(name);
        to.append(':');
        keyed = true;
        return this;
    }

    public Json value(String text) throws IOException {
        if (text == null) {
            return raw("null");
        }
        place();
        quote(text);
        return this;
    }

    public Json value(long number) throws IOException {
        return raw(Long.toString(number));
    }

    public Json value(boolean flag) throws IOException {
        return raw(flag ? "true" : "false");
    }

    public Json value(double number) throws IOException {
        return raw(Double.isFinite(number) ? Double.toString(number) : "null");
    }

    /** A time in UTC, ISO-8601. */
    public Json value(Instant time) throws IOException {
        return value(time == null ? null : time.toString());
    }

    public Json field(String name, String text) throws IOException {
        return key(name).value(text);
    }

    public Json field(String name, long number) throws IOException {
        return key(name).value(number);
    }

    public Json field(String name, boolean flag) throws IOException {
        return key(name).value(flag);
    }

    public Json field(String name, double number) throws IOException {
        return key(name).value(number);
    }

    public Json field(String name, Instant time) throws IOException {
        return key(name).value(time);
    }

    private Json raw(String text) throws IOException {
        place();
        to.append(text);
        return this;
    }

    private Json open(int kind, char bracket) throws IOException {
        place();
        if (depth == nesting.length) {
            nesting = Arrays.copyOf(nesting, depth * 2);
            filled = Arrays.copyOf(filled, depth * 2);
        }
        nesting[depth] = kind;
        filled[depth] = false;
        depth++;
        to.append(bracket);
        return this;
    }

    private Json close(int kind, char bracket) throws IOException {
        if (depth == 0 || nesting[depth - 1] != kind || keyed) {
            throw new IllegalStateException("JSON: nothing to close with " + bracket);
        }
        depth--;
        to.append(bracket);
        return this;
    }

    private void place() throws IOException {
        if (depth == 0) {
            return;
        }
        if (nesting[depth - 1] == OBJECT) {
            if (!keyed) {
                throw new IllegalStateException("JSON: a value in an object needs a key");
            }
            keyed = false;
        } else {
            separate();
        }
    }

    private void separate() throws IOException {
        if (filled[depth - 1]) {
            to.append(',');
        }
        filled[depth - 1] = true;
    }

    private void quote(String text) throws IOException {
        to.append('"');
        int done = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            if (c >= 0xa0 && !Character.isSurrogate(c) && c != 0x2028 && c != 0x2029) {
                continue;
            }
            to.append(text, done, i);
            escape(c);
            done = i + 1;
        }
        to.append(text, done, text.length()).append('"');
    }

    private void escape(char c) throws IOException {
        switch (c) {
            case '"' -> to.append("\\\"");
            case '\\' -> to.append("\\\\");
            case '\n' -> to.append("\\n");
            case '\r' -> to.append("\\r");
            case '\t' -> to.append("\\t");
            default -> {
                StringBuilder escaped = new StringBuilder("\\u");
                Text.hex(c, 4, escaped);
                to.append(escaped);
            }
        }
    }
}
