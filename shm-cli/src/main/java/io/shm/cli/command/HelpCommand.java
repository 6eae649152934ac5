package io.shm.cli.command;

import io.shm.cli.render.Json;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "help", header = "How to use the program, or a verb.")
public final class HelpCommand extends Verb {
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "VERB", arity = "0..*", description = "The verb: 'inspect', 'demo alphabet'.")
    List<String> verbs = List.of();

    @Override
    public int run(Session session) throws IOException {
        CommandLine of = spec.root().commandLine();
        for (String verb : verbs) {
            CommandLine next = of.getSubcommands().get(verb);
            if (next == null) {
                throw new UsageException("no verb '" + verb + "'. 'shm help' lists the verbs");
            }
            of = next;
        }
        String text = Usage.of(of);
        if (session.json()) {
            Json json = session.startJson("help")
                    .field("verb", String.join(" ", verbs))
                    .field("text", text);
            session.endJson(json);
        } else {
            session.out().append(text);
        }
        return FINE;
    }
}
