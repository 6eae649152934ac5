package io.shm.cli.render;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON exactly as RFC 8259 has it and refuses everything else, so that it can judge what we write. Objects become
 * maps, arrays lists, whole numbers Long, others Double.
 */
public final class StrictJson {
    private final String text;
    private int at;

    private StrictJson(String text) {
        this.text = text;
    }

    public static Object parse(String text) {
        StrictJson json = new StrictJson(text);
        Object value = json.value();
        json.blanks();
        json.check(json.at == text.length(), "something behind the value");
        return value;
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(String text) {
        return (Map<String, Object>) parse(text);
    }

    private Object value() {
        blanks();
        char c = peek();
        return switch (c) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Object word(String word, Object value) {
        check(text.startsWith(word, at), "no value");
        at += word.length();
        return value;
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        at++;
        blanks();
        if (peek() == '}') {
            at++;
            return object;
        }
        while (true) {
            blanks();
            String key = string();
            blanks();
            check(peek() == ':', "no colon");
            at++;
            Object value = value();
            check(!object.containsKey(key), "the key " + key + " twice");
            object.put(key, value);
            blanks();
            if (peek() == '}') {
                at++;
                return object;
            }
            check(peek() == ',', "no comma");
            at++;
        }
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        at++;
        blanks();
        if (peek() == ']') {
            at++;
            return array;
        }
        while (true) {
            array.add(value());
            blanks();
            if (peek() == ']') {
                at++;
                return array;
            }
            check(peek() == ',', "no comma");
            at++;
        }
    }

    private String string() {
        check(peek() == '"', "no string");
        at++;
        StringBuilder string = new StringBuilder();
        while (true) {
            char c = peek();
            at++;
            if (c == '"') {
                return string.toString();
            }
            check(c >= 0x20, "a bare control character");
            string.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                check(at + 4 <= text.length(), "a short \\u");
                String hex = text.substring(at, at + 4);
                check(hex.matches("[0-9a-fA-F]{4}"), "a \\u without four hex digits");
                at += 4;
                yield (char) Integer.parseInt(hex, 16);
            }
            default -> throw new AssertionError("unknown escape \\" + c + " at " + at);
        };
    }

    private Object number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(start, at);
        check(number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?"), "no number: '" + number + "'");
        return number.matches("-?[0-9]+") ? (Object) Long.valueOf(number) : Double.valueOf(number);
    }

    private char peek() {
        check(at < text.length(), "the end");
        return text.charAt(at);
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void check(boolean right, String complaint) {
        if (!right) {
            throw new AssertionError("not JSON at " + at + ": " + complaint + " in " + text);
        }
    }
}
