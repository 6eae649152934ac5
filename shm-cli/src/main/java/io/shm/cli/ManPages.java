package io.shm.cli;

import io.shm.cli.command.ManPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

/** Writes the manual pages: one for the program, one for each verb. {@code mvn -Pman package} runs it. */
public final class ManPages {
    private ManPages() {}

    /** @param args the folder, made if absent */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        write(folder, Grammar.of(new Shm(), new String[0]));
    }

    private static void write(Path folder, CommandLine line) throws IOException {
        Files.writeString(folder.resolve(ManPage.nameOf(line) + ".1"), ManPage.of(line));
        for (CommandLine verb : line.getSubcommands().values()) {
            write(folder, verb);
        }
    }
}
