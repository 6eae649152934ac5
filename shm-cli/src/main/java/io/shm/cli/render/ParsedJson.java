package io.shm.cli.render;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON object of a file that this program has written. Whatever else it is given is an IllegalArgumentException that
 * says where.
 */
public final class ParsedJson {
    private static final int DEEPEST = 32;

    private final Map<String, Object> fields;

    private ParsedJson(Map<String, Object> fields) {
        this.fields = fields;
    }

    public static ParsedJson of(String text) {
        Reader reader = new Reader(text);
        Object value = reader.value(0);
        reader.blanks();
        reader.check(reader.at == text.length(), "something behind the object");
        if (value instanceof ParsedJson object) {
            return object;
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    /** Empty where the field is null or missing. */
    public String text(String key) {
        Object value = fields.get(key);
        return value == null ? "" : value.toString();
    }

    /** 0 where the field is null or missing. */
    public long number(String key) {
        Object value = fields.get(key);
        if (value == null || value instanceof Long) {
            return value == null ? 0 : (Long) value;
        }
        throw new IllegalArgumentException("'" + key + "' is no whole number");
    }

    /** Null where the field is null or missing. */
    public ParsedJson object(String key) {
        Object value = fields.get(key);
        if (value == null || value instanceof ParsedJson) {
            return (ParsedJson) value;
        }
        throw new IllegalArgumentException("'" + key + "' is no object");
    }

    /** The objects of an array; none where the field is null or missing. */
    public List<ParsedJson> objects(String key) {
        List<ParsedJson> objects = new ArrayList<>();
        if (fields.get(key) instanceof List<?> values) {
            for (Object value : values) {
                if (!(value instanceof ParsedJson object)) {
                    throw new IllegalArgumentException("'" + key + "' holds something that is no object");
                }
                objects.add(object);
            }
        }
        return objects;
    }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        Object value(int depth) {
            check(depth < DEEPEST, "nested too deep");
            blanks();
            check(at < text.length(), "it ends too early");
            char c = text.charAt(at);
            return switch (c) {
                case '{' -> object(depth);
                case '[' -> array(depth);
                case '"' -> string();
                case 't' -> word("true", true);
                case 'f' -> word("false", false);
                case 'n' -> word("null", null);
                default -> number();
            };
        }

        private ParsedJson object(int depth) {
            Map<String, Object> fields = new HashMap<>();
            at++;
            if (!isNext('}')) {
                do {
                    blanks();
                    check(at < text.length() && text.charAt(at) == '"', "no key");
                    String key = string();
                    check(isNext(':'), "no colon");
                    fields.put(key, value(depth + 1));
                } while (isNext(','));
                check(isNext('}'), "no comma");
            }
            return new ParsedJson(fields);
        }

        private List<Object> array(int depth) {
            List<Object> values = new ArrayList<>();
            at++;
            if (!isNext(']')) {
                do {
                    values.add(value(depth + 1));
                } while (isNext(','));
                check(isNext(']'), "no comma");
            }
            return values;
        }

        private String string() {
            StringBuilder string = new StringBuilder();
            for (at++; ; at++) {
                check(at < text.length(), "a text without an end");
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return string.toString();
                }
                string.append(c == '\\' ? escaped() : c);
            }
        }

        private char escaped() {
            at++;
            check(at < text.length(), "a text without an end");
            char c = text.charAt(at);
            return switch (c) {
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'b' -> '\b';
                case 'f' -> '\f';
                case '"', '\\', '/' -> c;
                case 'u' -> {
                    check(at + 4 < text.length(), "a text without an end");
                    at += 4;
                    yield (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
                }
                default -> throw new IllegalArgumentException("no such escape at character " + at);
            };
        }

        private Object number() {
            int from = at;
            while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            check(at > from, "no value");
            String number = text.substring(from, at);
            return number.matches("-?\\d{1,18}") ? (Object) Long.valueOf(number) : (Object) Double.valueOf(number);
        }

        private Object word(String word, Object value) {
            check(text.startsWith(word, at), "no value");
            at += word.length();
            return value;
        }

        private boolean isNext(char c) {
            blanks();
            if (at < text.length() && text.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        void blanks() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        void check(boolean holds, String what) {
            if (!holds) {
                throw new IllegalArgumentException(what + ", at character " + at);
            }
        }
    }
}
