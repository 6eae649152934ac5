package io.shm.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what was wrong with the arguments, where, and what to do next. */
final class Misreading {
    /** Picocli's suggestions go further: it finds "blocks" near "leaks". */
    private static final int MOST_EDITS = 2;

    private Misreading() {}

    static String explain(ParameterException thrown) {
        CommandSpec command = thrown.getCommandLine().getCommandSpec();
        String verb = verb(command);
        return (verb.isEmpty() ? "" : verb + ": ") + what(thrown, verb) + ". " + next(verb);
    }

    /** What is said when a verb was needed and none came. */
    static String verbMissing(CommandLine line) {
        String verb = verb(line.getCommandSpec());
        return (verb.isEmpty()
                        ? "a verb is missing"
                        : verb + ": which one? "
                                + String.join(", ", line.getSubcommands().keySet()))
                + ". " + next(verb);
    }

    private static String next(String verb) {
        return verb.isEmpty() ? "'shm help' lists the verbs" : "'shm help " + verb + "' tells more";
    }

    /** Behind the program's name: {@code inspect}, {@code demo alphabet}; empty for the program itself. */
    private static String verb(CommandSpec command) {
        String name = command.qualifiedName(" ");
        int blank = name.indexOf(' ');
        return blank < 0 ? "" : name.substring(blank + 1);
    }

    private static String what(ParameterException thrown, String verb) {
        if (thrown instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unmatched(unmatched, verb);
        }
        if (thrown instanceof MissingParameterException missing) {
            return missing(missing.getMissing());
        }
        String text = Failure.oneLine(thrown.getMessage());
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    private static String unmatched(UnmatchedArgumentException thrown, String verb) {
        String first = thrown.getUnmatched().get(0);
        StringBuilder what = new StringBuilder();
        if (thrown.isUnknownOption()) {
            what.append("no option '").append(first).append('\'');
        } else if (hasVerbs(thrown.getCommandLine())) {
            what.append("no ")
                    .append(verb.isEmpty() ? "verb" : verb)
                    .append(" '")
                    .append(first)
                    .append('\'');
        } else {
            what.append("one argument too many: '").append(first).append('\'');
        }
        String separator = ". Near: ";
        for (String suggestion : thrown.getSuggestions()) {
            String name = suggestion.substring(suggestion.lastIndexOf(' ') + 1);
            if (edits(name, first) <= MOST_EDITS) {
                what.append(separator).append(name);
                separator = ", ";
            }
        }
        return what.toString();
    }

    /** The least number of inserted, deleted or replaced characters that make one of the other. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }

    private static boolean hasVerbs(CommandLine line) {
        return !line.getSubcommands().isEmpty();
    }

    private static String missing(List<ArgSpec> missing) {
        StringBuilder what = new StringBuilder("missing ");
        for (int i = 0; i < missing.size(); i++) {
            ArgSpec argument = missing.get(i);
            what.append(i == 0 ? "" : ", ");
            if (argument instanceof CommandLine.Model.OptionSpec option) {
                what.append(option.longestName()).append(' ');
            }
            what.append(argument.paramLabel());
        }
        return what.toString();
    }
}
