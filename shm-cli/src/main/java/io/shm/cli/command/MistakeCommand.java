package io.shm.cli.command;

import io.shm.cli.demo.Mistake;
import io.shm.cli.render.Json;
import java.io.IOException;
import picocli.CommandLine.Option;

/** A demo that runs a program with a mistake and shows what the region says about it. */
abstract class MistakeCommand extends Verb {
    private final Mistake mistake;

    @Option(names = "--keep", paramLabel = "NAME", description = "Leave the region under this name, to be looked at.")
    String keep;

    MistakeCommand(Mistake mistake) {
        this.mistake = mistake;
    }

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        boolean[] found = {false};
        mistake.run(keep, reference -> {
            DemoFindings findings = DemoFindings.of(reference);
            found[0] = !findings.isEmpty();
            if (session.json()) {
                Json json =
                        session.startJson("demo").field("demo", mistake.label()).field("region", reference);
                findings.json(json);
                session.endJson(json);
            } else {
                session.told("a process " + mistake.deed());
                findings.words(session);
            }
        });
        return found[0] ? FINDINGS : FINE;
    }
}
