package io.shm.cli.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The help text of the program or of a verb: what it does, its own options, and only then those of every verb. */
public final class Usage {
    static final String EXIT_CODES = """
            Exit codes:
              0  fine                                       4  permission
              1  findings                                   5  busy, attached, exists
              2  usage                                      6  no space
              3  no such region, or not readable as one    70  a bug in shm
            """;

    private Usage() {}

    public static String of(CommandLine line) {
        CommandSpec spec = line.getCommandSpec();
        Help help = line.getHelp();
        boolean hasVerbs = !line.getSubcommands().isEmpty();
        StringBuilder text = new StringBuilder("usage: " + synopsis(spec, hasVerbs) + "\n");
        paragraph(text, spec.usageMessage().header());
        paragraph(text, spec.usageMessage().description());
        section(text, hasVerbs ? "Verbs:" : "", help.commandList());
        section(text, "", help.parameterList());
        section(text, "Options:", help.optionListExcludingGroups(options(spec, false)));
        boolean isProgram = spec.parent() == null;
        List<OptionSpec> everywhere = options(spec, true);
        section(text, "Options of every verb:", help.optionListExcludingGroups(everywhere));
        if (isProgram) {
            text.append('\n').append(EXIT_CODES);
        }
        return text.toString();
    }

    static String synopsis(CommandSpec spec, boolean hasVerbs) {
        StringBuilder text = new StringBuilder(spec.qualifiedName(" "));
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            boolean optional = parameter.arity().min() == 0;
            text.append(optional ? " [" : " ")
                    .append(parameter.paramLabel())
                    .append(optional ? "]" : "")
                    .append(parameter.arity().max() > 1 ? "..." : "");
        }
        for (OptionSpec option : spec.options()) {
            if (option.required()) {
                text.append(' ').append(option.longestName()).append(' ').append(option.paramLabel());
            }
        }
        return text.append(hasVerbs ? " VERB" : "").append(" [OPTION]...").toString();
    }

    private static void paragraph(StringBuilder text, String[] lines) {
        if (lines.length > 0) {
            text.append('\n');
            for (String line : lines) {
                text.append(line).append('\n');
            }
        }
    }

    private static void section(StringBuilder text, String title, String body) {
        if (!body.isBlank()) {
            text.append('\n').append(title).append(title.isEmpty() ? "" : "\n").append(body);
        }
    }

    /** The program's own options are those that every verb inherits. */
    static List<OptionSpec> options(CommandSpec spec, boolean ofEveryVerb) {
        List<OptionSpec> options = new ArrayList<>();
        for (OptionSpec option : spec.options()) {
            boolean inherited = option.inherited() || spec.parent() == null;
            if (inherited == ofEveryVerb && !option.hidden()) {
                options.add(option);
            }
        }
        return options;
    }
}
