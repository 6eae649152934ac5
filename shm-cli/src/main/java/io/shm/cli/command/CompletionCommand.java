package io.shm.cli.command;

import io.shm.cli.render.Json;
import java.io.IOException;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        header = "Completion of verbs and options, for bash and zsh.",
        description = "  source <(shm completion)")
public final class CompletionCommand extends Verb {
    @Spec
    CommandSpec spec;

    @Override
    public int run(Session session) throws IOException {
        String script = AutoComplete.bash("shm", spec.root().commandLine());
        if (session.json()) {
            Json json = session.startJson("completion").field("script", script);
            session.endJson(json);
        } else {
            session.out().append(script);
        }
        return FINE;
    }
}
