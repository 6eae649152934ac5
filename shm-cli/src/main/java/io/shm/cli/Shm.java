package io.shm.cli;

import io.shm.cli.command.Globals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The program as picocli sees it: its name and the options that all verbs inherit. */
@Command(
        name = "shm",
        description =
                "Looks into shared memory regions with an allocation ledger: who holds what, since when, and from which line.")
final class Shm {
    @Mixin
    Globals globals;

    @Option(names = "--version", description = "Which one this is.")
    boolean version;
}
