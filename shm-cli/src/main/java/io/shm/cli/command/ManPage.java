package io.shm.cli.command;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of the program or of a verb, in the man macros of roff, from what the help text is made of. */
public final class ManPage {
    private static final String EXIT_STATUS = """
            .TP
            0
            fine
            .TP
            1
            findings
            .TP
            2
            usage
            .TP
            3
            no such region, or not readable as one
            .TP
            4
            permission
            .TP
            5
            busy, attached, exists
            .TP
            6
            no space
            .TP
            70
            a bug in shm
            """;

    private final CommandSpec spec;
    private final StringBuilder text = new StringBuilder(4096);

    private ManPage(CommandLine line) {
        this.spec = line.getCommandSpec();
    }

    /** Under which name it is found: {@code shm}, {@code shm-leaks}, {@code shm-demo-leak}. */
    public static String nameOf(CommandLine line) {
        return line.getCommandSpec().qualifiedName("-");
    }

    public static String of(CommandLine line) {
        return new ManPage(line).write();
    }

    private String write() {
        boolean isProgram = spec.parent() == null;
        String name = spec.qualifiedName("-");
        List<String> about = List.of(
                isProgram
                        ? spec.usageMessage().description()
                        : spec.usageMessage().header());
        macro(".TH \"" + roff(name).toUpperCase(Locale.ROOT) + "\" 1 \"\" \"shm\" \"shm\"");
        macro(".SH NAME");
        line(name + " - " + String.join(" ", about).replaceAll("\\.$", ""));
        macro(".SH SYNOPSIS");
        macro(".B " + roff(Usage.synopsis(spec, !spec.subcommands().isEmpty())));
        description(isProgram);
        verbs();
        parameters();
        options("OPTIONS", Usage.options(spec, false));
        options("OPTIONS OF EVERY VERB", Usage.options(spec, true));
        macro(".SH EXIT STATUS");
        text.append(EXIT_STATUS);
        if (!isProgram) {
            macro(".SH SEE ALSO");
            macro(".BR shm (1)");
        }
        return text.toString();
    }

    private void description(boolean isProgram) {
        if (isProgram || spec.usageMessage().description().length == 0) {
            return;
        }
        macro(".SH DESCRIPTION");
        // Laid out by hand, with columns and examples.
        macro(".nf");
        for (String line : spec.usageMessage().description()) {
            // As the help shows it: with its placeholders filled.
            line(line.isEmpty() ? " " : line);
        }
        macro(".fi");
    }

    private void verbs() {
        if (spec.subcommands().isEmpty()) {
            return;
        }
        macro(".SH VERBS");
        for (Map.Entry<String, CommandLine> verb : spec.subcommands().entrySet()) {
            macro(".TP");
            macro(".BR " + roff(nameOf(verb.getValue())) + " (1)");
            line(String.join(
                    " ", verb.getValue().getCommandSpec().usageMessage().header()));
        }
    }

    private void parameters() {
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            if (text.indexOf(".SH ARGUMENTS") < 0) {
                macro(".SH ARGUMENTS");
            }
            entry(parameter.paramLabel(), parameter);
        }
    }

    private void options(String title, List<OptionSpec> options) {
        if (!options.isEmpty()) {
            macro(".SH " + title);
        }
        for (OptionSpec option : options) {
            String value = option.arity().max() == 0
                    ? ""
                    : option.arity().min() == 0 ? "[=" + option.paramLabel() + "]" : " " + option.paramLabel();
            entry(String.join(", ", option.names()) + value, option);
        }
    }

    private void entry(String name, ArgSpec argument) {
        macro(".TP");
        macro(".B " + roff(name));
        for (String sentence : argument.description()) {
            line(sentence.replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue()))
                    .replace("${COMPLETION-CANDIDATES}", candidates(argument)));
        }
    }

    private static String candidates(ArgSpec argument) {
        return argument.completionCandidates() == null ? "" : String.join(", ", argument.completionCandidates());
    }

    private void macro(String line) {
        text.append(line).append('\n');
    }

    /** A line of text: what looks like a macro is none. */
    private void line(String any) {
        String line = roff(any);
        text.append(line.startsWith(".") || line.startsWith("'") ? "\\&" : "")
                .append(line)
                .append('\n');
    }

    /** Beyond ASCII by code point: what a typesetter takes for the encoding is its own affair. */
    private static String roff(String any) {
        StringBuilder roff = new StringBuilder(any.length());
        any.codePoints().forEach(c -> {
            switch (c) {
                case '\\' -> roff.append("\\e");
                case '-' -> roff.append("\\-");
                case '"' -> roff.append("\\(dq");
                default -> {
                    if (c < 0x7f) {
                        roff.appendCodePoint(c);
                    } else {
                        roff.append(String.format(Locale.ROOT, "\\[u%04X]", c));
                    }
                }
            }
        });
        return roff.toString();
    }
}
