package io.shm.cli.command;

import io.shm.cli.render.TopProcess;
import io.shm.cli.render.TopSite;
import io.shm.inspect.Picture;
import io.shm.inspect.ProcessRow;
import io.shm.inspect.SiteRow;
import io.shm.inspect.Totals;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What has happened in a region from one look to the next, and since the first.
 *
 * <p>Rates are of the totals that processes carry over ten times a second; what is in use is of the looks themselves.
 */
final class TopView {
    private static final int REMEMBERED = 512;

    /** Running numbers of a site or a process at a look. */
    private record Mark(long bytes, long allocations, long frees) {
        static final Mark NONE = new Mark(0, 0, 0);

        static Mark of(long bytes, Totals totals) {
            return totals == null ? new Mark(bytes, 0, 0) : new Mark(bytes, totals.allocations(), totals.frees());
        }
    }

    private String regionId = "";
    private Map<Integer, Mark> firstSites = Map.of();
    private Map<Integer, Mark> firstProcesses = Map.of();
    private Map<Integer, Mark> sitesBefore = Map.of();
    private Map<Integer, Mark> processesBefore = Map.of();
    private long nanosBefore;

    private Picture picture;
    private final List<TopSite> sites = new ArrayList<>();
    private final List<TopProcess> processes = new ArrayList<>();
    private double allocations;
    private double frees;
    private final Deque<Double> allocationsThen = new ArrayDeque<>();
    private final Deque<Double> liveThen = new ArrayDeque<>();

    /**
     * Takes a look; the first one, also of a region that was made anew under the name, has no rates.
     *
     * @param nanos of a clock that never goes back
     */
    void look(Picture now, long nanos) {
        boolean first = !now.identity().regionId().equals(regionId);
        double seconds = first ? 0 : Math.max(1e-3, (nanos - nanosBefore) / 1e9);
        picture = now;
        sites.clear();
        processes.clear();
        allocations = 0;
        frees = 0;
        Map<Integer, Mark> siteMarks = new HashMap<>();
        for (SiteRow row : now.sites()) {
            Mark mark = Mark.of(row.bytes(), row.totals());
            siteMarks.put(row.id(), mark);
            Mark before = first ? mark : sitesBefore.getOrDefault(row.id(), Mark.NONE);
            long grown = first ? 0 : mark.bytes - firstSites.getOrDefault(row.id(), Mark.NONE).bytes;
            TopSite site = new TopSite(
                    row.site(),
                    row.blocks(),
                    row.bytes(),
                    mark.bytes - before.bytes,
                    grown,
                    rate(mark.allocations - before.allocations, seconds),
                    rate(mark.frees - before.frees, seconds));
            sites.add(site);
            allocations += site.allocations();
            frees += site.frees();
        }
        Map<Integer, Mark> processMarks = new HashMap<>();
        for (ProcessRow row : now.processes()) {
            int id = row.process().id();
            Mark mark = Mark.of(row.bytes(), row.totals());
            processMarks.put(id, mark);
            Mark before = first ? mark : processesBefore.getOrDefault(id, Mark.NONE);
            long grown = first ? 0 : mark.bytes - firstProcesses.getOrDefault(id, Mark.NONE).bytes;
            processes.add(new TopProcess(
                    row.process(),
                    row.blocks(),
                    row.bytes(),
                    grown,
                    rate(mark.allocations - before.allocations, seconds),
                    rate(mark.frees - before.frees, seconds)));
        }
        if (first) {
            regionId = now.identity().regionId();
            firstSites = siteMarks;
            firstProcesses = processMarks;
            allocationsThen.clear();
            liveThen.clear();
        } else {
            remember(allocationsThen, allocations);
        }
        remember(liveThen, (double) now.accounts().live());
        sitesBefore = siteMarks;
        processesBefore = processMarks;
        nanosBefore = nanos;
    }

    private static double rate(long events, double seconds) {
        return seconds == 0 ? 0 : Math.max(0, events) / seconds;
    }

    private static void remember(Deque<Double> values, double value) {
        values.add(value);
        if (values.size() > REMEMBERED) {
            values.removeFirst();
        }
    }

    Picture picture() {
        return picture;
    }

    List<TopSite> sites(TopOrder order) {
        return sites.stream().sorted(order.sites()).toList();
    }

    List<TopProcess> processes(TopOrder order) {
        return processes.stream().sorted(order.processes()).toList();
    }

    double allocations() {
        return allocations;
    }

    double frees() {
        return frees;
    }

    List<Double> allocationsThen() {
        return List.copyOf(allocationsThen);
    }

    List<Double> liveThen() {
        return List.copyOf(liveThen);
    }
}
