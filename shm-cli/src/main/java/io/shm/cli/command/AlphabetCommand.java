package io.shm.cli.command;

import io.shm.cli.demo.Alphabet;
import io.shm.cli.render.Json;
import io.shm.segment.Kind;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "alphabet",
        header = "A child process writes a to z, its parent prints what it sees.",
        description = {
            "The child writes one letter a step into memory that both have mapped; the parent prints the string after each:",
            "26 lines, \"parent: a\" to \"parent: abc…z\". Afterwards the memory is gone."
        })
public final class AlphabetCommand extends Verb {
    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "named",
            description = "The kind of memory: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    DemoKind kind;

    @Option(names = "--keep", paramLabel = "NAME", description = "Leave the segment under this name (kind named).")
    String keep;

    /** The kinds as users write them. */
    enum DemoKind {
        named,
        anonymous,
        zero,
        sysv
    }

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        if (keep != null && kind != DemoKind.named) {
            throw new UsageException("--keep NAME is for --kind named; " + kind + " has no name");
        }
        Alphabet alphabet = new Alphabet(Kind.valueOf(kind.name().toUpperCase(Locale.ROOT)), keep);
        if (session.json()) {
            Json json = session.startJson("demo").field("demo", "alphabet").field("kind", kind.name());
            json.key("parent").array();
            alphabet.run(json::value);
            json.endArray();
            session.endJson(json);
        } else {
            alphabet.run(letters -> session.line("parent: " + letters));
        }
        return FINE;
    }
}
