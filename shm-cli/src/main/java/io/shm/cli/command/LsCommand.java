package io.shm.cli.command;

import io.shm.cli.machine.MachineListing;
import io.shm.cli.render.Json;
import io.shm.cli.render.RegionShape;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Table;
import io.shm.inspect.Inspector;
import io.shm.inspect.RegionSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "ls", header = "The regions of this machine.", description = "Exit code 1 if --orphans finds any.")
public final class LsCommand extends Verb {
    @Option(names = "--system", description = "System V segments and shared maps of all programs, too.")
    boolean system;

    @Option(names = "--orphans", description = "Only what no process uses any more.")
    boolean orphans;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "/dev/shm",
            description = "Look for regions there (${DEFAULT-VALUE}).")
    Path folder;

    @Override
    public boolean canWatch() {
        return true;
    }

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new UsageException("--dir " + folder + " is not a directory");
        }
        List<RegionSummary> regions = regions();
        MachineListing machine = system ? MachineListing.read(orphans) : null;
        if (session.json()) {
            json(session, regions, machine);
        } else {
            table(session, regions, machine);
        }
        boolean found =
                !regions.isEmpty() || (machine != null && !machine.segments().isEmpty());
        return orphans && found ? FINDINGS : FINE;
    }

    private List<RegionSummary> regions() {
        List<RegionSummary> regions = Inspector.list(folder);
        if (!orphans) {
            return regions;
        }
        List<RegionSummary> left = new ArrayList<>();
        for (RegionSummary region : regions) {
            if (region.orphan()) {
                left.add(region);
            }
        }
        return left;
    }

    private void table(Session session, List<RegionSummary> regions, MachineListing machine) throws IOException {
        if (regions.isEmpty()) {
            session.sum(orphans ? "no orphans in " + folder : "no regions in " + folder);
        }
        Table<RegionSummary> table = session.table(new RegionShape());
        for (RegionSummary region : regions) {
            table.add(region);
        }
        table.finish();
        if (machine != null) {
            machine.print(session.out(), session.look());
        }
    }

    private static void json(Session session, List<RegionSummary> regions, MachineListing machine) throws IOException {
        Json json = session.startJson("ls");
        json.key("regions").array();
        for (RegionSummary region : regions) {
            RowJson.region(json, region);
        }
        json.endArray();
        if (machine != null) {
            machine.write(json);
        }
        session.endJson(json);
    }
}
