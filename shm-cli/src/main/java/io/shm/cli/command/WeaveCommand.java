package io.shm.cli.command;

import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Text;
import io.shm.weave.BuiltClasses;
import io.shm.weave.BuiltClasses.Left;
import io.shm.weave.BuiltClasses.Report;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "weave",
        header = "Gives the calls of a built program their lines, so that they cost nothing when it runs.",
        description = {
            "Rewrites the calls that allocate, free and publish in the classes of a folder or a jar, in place; twice is as"
                    + " once. A class that cannot be rewritten is left as it is, and said: its lines are found by walking the"
                    + " stack, as without this.",
            "The same is done when classes are loaded by -javaagent:shm-core.jar, or by Launcher-Agent-Class:"
                    + " io.shm.weave.WeavingAgent in the manifest of the program's jar."
        })
public final class WeaveCommand extends Verb {
    @Parameters(paramLabel = "PATH", arity = "1..*", description = "A folder with class files, a jar, or a class file.")
    List<String> paths;

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    boolean dryRun;

    @Override
    public int run(Session session) throws IOException {
        if (!session.json()) {
            for (String path : paths) {
                tell(session, path, weave(path));
            }
            return FINE;
        }
        Json json = session.startJson("weave").field("dryRun", dryRun);
        json.key("paths").array();
        for (String path : paths) {
            write(json, path, weave(path));
        }
        json.endArray();
        session.endJson(json);
        return FINE;
    }

    private Report weave(String path) throws IOException {
        try {
            return BuiltClasses.weave(Path.of(path), dryRun);
        } catch (InvalidPathException e) {
            throw new UsageException(path + " is no path: " + e.getReason(), e);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    private void tell(Session session, String path, Report report) throws IOException {
        String what = report.calls() == 0
                ? "nothing to weave in " + Numbers.counted(report.classes(), "class")
                : (dryRun ? "would weave " : "wove ") + Numbers.counted(report.calls(), "call") + " in "
                        + Numbers.counted(report.woven(), "class") + " of " + Numbers.grouped(report.classes());
        session.told(Text.safe(path) + ": " + what);
        for (Left left : report.left()) {
            session.line("  left as it is: " + Text.safe(left.name()) + ": " + Text.safe(left.problem()));
        }
    }

    private static void write(Json json, String path, Report report) throws IOException {
        json.object()
                .field("path", path)
                .field("classes", report.classes())
                .field("woven", report.woven())
                .field("calls", report.calls());
        json.key("left").array();
        for (Left left : report.left()) {
            json.object()
                    .field("class", left.name())
                    .field("problem", left.problem())
                    .endObject();
        }
        json.endArray().endObject();
    }
}
