package io.shm.cli.command;

import io.shm.cli.demo.Bug;
import io.shm.cli.render.Json;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Option;

/** A demo that runs a program with one of the three bugs and shows what the region says about it. */
abstract class BugCommand extends Verb {
    private final Bug bug;

    @Option(names = "--keep", paramLabel = "NAME", description = "Leave the region under this name, to be looked at.")
    String keep;

    BugCommand(Bug bug) {
        this.bug = bug;
    }

    /** What the program did, in a sentence or two. */
    abstract String told(Map<String, Long> figures);

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        boolean[] found = {false};
        bug.run(keep, (reference, figures) -> {
            DemoFindings findings = DemoFindings.of(reference);
            found[0] = !findings.isEmpty();
            if (session.json()) {
                Json json = session.startJson("demo").field("demo", bug.label()).field("region", reference);
                for (Map.Entry<String, Long> figure : figures.entrySet()) {
                    json.field(figure.getKey(), figure.getValue());
                }
                findings.json(json);
                session.endJson(json);
            } else {
                session.told(told(figures));
                findings.words(session);
            }
        });
        return found[0] ? FINDINGS : FINE;
    }
}
