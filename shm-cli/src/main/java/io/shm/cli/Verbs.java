package io.shm.cli;

import io.shm.cli.command.BaselineCommand;
import io.shm.cli.command.BenchCommand;
import io.shm.cli.command.BlocksCommand;
import io.shm.cli.command.BroadcastsCommand;
import io.shm.cli.command.ChannelsCommand;
import io.shm.cli.command.CompletionCommand;
import io.shm.cli.command.CreateCommand;
import io.shm.cli.command.DemoCommand;
import io.shm.cli.command.DiffCommand;
import io.shm.cli.command.DoctorCommand;
import io.shm.cli.command.ExplainCommand;
import io.shm.cli.command.ExportCommand;
import io.shm.cli.command.FaultsCommand;
import io.shm.cli.command.HelpCommand;
import io.shm.cli.command.InspectCommand;
import io.shm.cli.command.LeaksCommand;
import io.shm.cli.command.LevelCommand;
import io.shm.cli.command.LsCommand;
import io.shm.cli.command.MapCommand;
import io.shm.cli.command.PoolsCommand;
import io.shm.cli.command.ProcsCommand;
import io.shm.cli.command.ReapCommand;
import io.shm.cli.command.ReleaseCommand;
import io.shm.cli.command.ReportCommand;
import io.shm.cli.command.RequestsCommand;
import io.shm.cli.command.RmCommand;
import io.shm.cli.command.SitesCommand;
import io.shm.cli.command.SnapshotCommand;
import io.shm.cli.command.TopCommand;
import io.shm.cli.command.TraceCommand;
import io.shm.cli.command.VerifyCommand;
import io.shm.cli.command.WeaveCommand;
import java.util.List;

/** The verbs by name. A name is looked up before picocli sees the arguments, so that one verb is set up, not all. */
final class Verbs {
    /** In the order of the help. */
    static final List<String> NAMES = List.of(
            "create",
            "ls",
            "inspect",
            "blocks",
            "sites",
            "procs",
            "pools",
            "top",
            "channels",
            "requests",
            "broadcasts",
            "map",
            "trace",
            "verify",
            "faults",
            "explain",
            "level",
            "snapshot",
            "baseline",
            "diff",
            "export",
            "report",
            "weave",
            "reap",
            "release",
            "leaks",
            "rm",
            "demo",
            "bench",
            "doctor",
            "help",
            "completion");

    private Verbs() {}

    /** Null if there is none of that name. */
    static Object named(String name) {
        return switch (name) {
            case "create" -> new CreateCommand();
            case "ls" -> new LsCommand();
            case "inspect" -> new InspectCommand();
            case "blocks" -> new BlocksCommand();
            case "sites" -> new SitesCommand();
            case "procs" -> new ProcsCommand();
            case "pools" -> new PoolsCommand();
            case "top" -> new TopCommand();
            case "trace" -> new TraceCommand();
            case "channels" -> new ChannelsCommand();
            case "requests" -> new RequestsCommand();
            case "broadcasts" -> new BroadcastsCommand();
            case "map" -> new MapCommand();
            case "verify" -> new VerifyCommand();
            case "faults" -> new FaultsCommand();
            case "explain" -> new ExplainCommand();
            case "level" -> new LevelCommand();
            case "snapshot" -> new SnapshotCommand();
            case "baseline" -> new BaselineCommand();
            case "diff" -> new DiffCommand();
            case "export" -> new ExportCommand();
            case "report" -> new ReportCommand();
            case "weave" -> new WeaveCommand();
            case "reap" -> new ReapCommand();
            case "release" -> new ReleaseCommand();
            case "leaks" -> new LeaksCommand();
            case "rm" -> new RmCommand();
            case "demo" -> new DemoCommand();
            case "bench" -> new BenchCommand();
            case "doctor" -> new DoctorCommand();
            case "help" -> new HelpCommand();
            case "completion" -> new CompletionCommand();
            default -> null;
        };
    }
}
