package io.shm.cli.command;

import io.shm.cli.render.LeakGroup;
import io.shm.inspect.LeakKind;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Leaks that are known and not to be reported: rules of a file, one a line.
 *
 * <pre>
 * # what stands behind a number sign is a remark
 * kind=definite class=com\.acme\.Cache method=.* tag=packet
 * class="com\.acme\..*" scope="client-\d+"
 * </pre>
 *
 * A leak is suppressed if all conditions of one rule hold. {@code kind} is one of the report's; the others are regular
 * expressions of the whole class, method, tag or scope. A value with blanks, or an empty one, stands in double quotes; in
 * them only {@code \"} is an escape.
 */
final class Suppressions {
    static final Suppressions NONE = new Suppressions(List.of());

    private record Rule(LeakKind kind, Pattern className, Pattern method, Pattern tag, Pattern scope) {
        boolean matches(LeakGroup leak) {
            return (kind == null || kind.label().equals(leak.kind()))
                    && matches(className, leak.site().className())
                    && matches(method, leak.site().method())
                    && matches(tag, leak.tag())
                    && matches(scope, leak.scope());
        }

        private static boolean matches(Pattern pattern, String text) {
            return pattern == null || pattern.matcher(text).matches();
        }
    }

    private final List<Rule> rules;

    private Suppressions(List<Rule> rules) {
        this.rules = rules;
    }

    boolean suppress(LeakGroup leak) {
        return rules.stream().anyMatch(rule -> rule.matches(leak));
    }

    /** @throws UsageException if a line is no rule; the message says which, and why */
    static Suppressions read(Path file) throws IOException {
        List<Rule> rules = new ArrayList<>();
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new UsageException(file + " is no text in UTF-8", e);
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && line.charAt(0) != '#') {
                try {
                    rules.add(rule(line));
                } catch (IllegalArgumentException e) {
                    throw new UsageException(file + ", line " + (i + 1) + ": " + e.getMessage(), e);
                }
            }
        }
        return new Suppressions(rules);
    }

    private static Rule rule(String line) {
        LeakKind kind = null;
        Pattern className = null;
        Pattern method = null;
        Pattern tag = null;
        Pattern scope = null;
        for (String[] condition : conditions(line)) {
            String value = condition[1];
            switch (condition[0]) {
                case "kind" -> kind = kind(value);
                case "class" -> className = pattern(value);
                case "method" -> method = pattern(value);
                case "tag" -> tag = pattern(value);
                case "scope" -> scope = pattern(value);
                default ->
                    throw new IllegalArgumentException(
                            "no condition '" + condition[0] + "'; there are kind, class, method, tag, scope");
            }
        }
        return new Rule(kind, className, method, tag, scope);
    }

    private static LeakKind kind(String label) {
        for (LeakKind kind : LeakKind.values()) {
            if (kind.label().equals(label)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind '" + label + "'; there are "
                + String.join(
                        ", ",
                        Arrays.stream(LeakKind.values()).map(LeakKind::label).toList()));
    }

    private static Pattern pattern(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("'" + regex + "' is no regular expression: " + e.getDescription(), e);
        }
    }

    private static List<String[]> conditions(String line) {
        List<String[]> conditions = new ArrayList<>();
        int at = 0;
        while (at < line.length()) {
            int equals = line.indexOf('=', at);
            if (equals < 0) {
                throw new IllegalArgumentException("'" + line.substring(at) + "' is no condition like kind=definite");
            }
            StringBuilder value = new StringBuilder();
            int end = value(line, equals + 1, value);
            conditions.add(new String[] {line.substring(at, equals), value.toString()});
            at = end;
            while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
                at++;
            }
        }
        return conditions;
    }

    /** Reads a value; where it ends. */
    private static int value(String line, int from, StringBuilder value) {
        int at = from;
        boolean quoted = at < line.length() && line.charAt(at) == '"';
        for (at += quoted ? 1 : 0; at < line.length(); at++) {
            char c = line.charAt(at);
            if (quoted && c == '\\' && at + 1 < line.length() && line.charAt(at + 1) == '"') {
                at++;
                value.append('"');
            } else if (quoted && c == '"') {
                return at + 1;
            } else if (!quoted && Character.isWhitespace(c)) {
                return at;
            } else {
                value.append(c);
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("a quote without an end");
        }
        return at;
    }

    /** Rules that suppress these leaks, as the text of a file. */
    static String write(List<LeakGroup> leaks) {
        Set<String> rules = new LinkedHashSet<>();
        for (LeakGroup leak : leaks) {
            rules.add("kind=" + leak.kind() + " class=" + literally(leak.site().className()) + " method="
                    + literally(leak.site().method()) + " tag=" + literally(leak.tag()));
        }
        StringBuilder text =
                new StringBuilder("# Suppressions for shm leaks: a leak is left out if all of a line holds.\n");
        rules.forEach(rule -> text.append(rule).append('\n'));
        return text.toString();
    }

    /** A regular expression for exactly this text, quoted where it must be. */
    private static String literally(String text) {
        StringBuilder regex = new StringBuilder();
        boolean quotes = text.isEmpty();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quotes |= Character.isWhitespace(c) || c == '"';
            if (c == '\n' || c == '\r') {
                // A rule is one line.
                regex.append(c == '\n' ? "\\n" : "\\r");
            } else {
                regex.append("\\.[]{}()*+-?^$|#".indexOf(c) >= 0 ? "\\" : "").append(c);
            }
        }
        return quotes ? '"' + regex.toString().replace("\"", "\\\"") + '"' : regex.toString();
    }
}
