package io.shm.cli;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/** Builds the parser: for the one verb that was asked for where that is clear, for all where it is not. */
final class Grammar {
    private Grammar() {}

    static CommandLine of(Shm shm, String[] args) {
        CommandLine line = new CommandLine(shm);
        // Setting a verb up costs picocli some 10 ms of reflection; most runs need one.
        boolean needsAll = args.length == 0 || args[0].equals("help") || args[0].equals("completion");
        Object verb = needsAll ? null : Verbs.named(args[0]);
        if (verb != null) {
            line.addSubcommand(args[0], verb);
        } else {
            for (String name : Verbs.NAMES) {
                line.addSubcommand(name, Verbs.named(name));
            }
        }
        line.setColorScheme(new ColorScheme.Builder(Ansi.OFF).build());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setPosixClusteredShortOptionsAllowed(false);
        line.setUsageHelpAutoWidth(false);
        line.setUsageHelpWidth(100);
        return line;
    }
}
