package io.shm.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures of a region for a monitoring system; every one has the label {@code region}.
 *
 * <p>No more instances than a monitoring system can bear: of the lines of code only those that hold most.
 */
public final class Metrics {
    /** Lines of code that are told. */
    public static final int MOST_SITES = 100;

    private final String region;
    private final List<Metric> metrics = new ArrayList<>();

    private Metrics(String region) {
        this.region = region;
    }

    /** A figure of a row. */
    @FunctionalInterface
    private interface Figure<T> {
        double of(T row);
    }

    /** The labels of a row. */
    @FunctionalInterface
    private interface Labels<T> {
        Map<String, String> of(T row);
    }

    /** All of them, always in the same order, also those that have no instance now. */
    public static List<Metric> of(Picture picture, List<FaultRow> faults) {
        Metrics metrics = new Metrics(picture.identity().reference());
        metrics.region(picture);
        metrics.tags(picture.tags());
        metrics.pools(picture.pools());
        metrics.processes(picture.processes());
        metrics.sites(picture.sites());
        metrics.faults(faults);
        return metrics.metrics;
    }

    private void region(Picture picture) {
        Identity identity = picture.identity();
        List<Picture> one = List.of(picture);
        Labels<Picture> who = p -> labels(
                "id", identity.regionId(),
                "kind", identity.kind(),
                "policy", identity.policy(),
                "level", identity.level());
        level("shm_region", "", "What the region is; always 1.", one, who, p -> 1);
        Labels<Picture> none = p -> labels();
        level("shm_mapped_bytes", "bytes", "Bytes that the region has now.", one, none, p -> identity.mapped());
        level("shm_maximum_bytes", "bytes", "Bytes that it may grow to.", one, none, p -> identity.maximum());
        Map<String, Long> accounts = picture.accounts().byName();
        level(
                "shm_account_bytes",
                "bytes",
                "Where every byte of the region is; they add up to what is mapped.",
                accounts.entrySet(),
                e -> labels("account", e.getKey()),
                Map.Entry::getValue);
        level("shm_live_blocks", "", "Blocks in use.", one, none, Picture::blocks);
        level(
                "shm_live_bytes",
                "bytes",
                "Requested bytes of the blocks in use.",
                one,
                none,
                p -> p.accounts().live());
        level("shm_largest_free_bytes", "bytes", "The largest free run.", one, none, Picture::largestFree);
        level("shm_damaged_records", "", "Records and slabs whose words are not valid.", one, none, Picture::damaged);
    }

    private void tags(List<TagRow> tags) {
        Labels<TagRow> of = tag -> labels("tag", tag.name());
        level("shm_tag_blocks", "", "Blocks in use, by tag.", tags, of, TagRow::blocks);
        level("shm_tag_bytes", "bytes", "Requested bytes of the blocks in use, by tag.", tags, of, TagRow::bytes);
        level(
                "shm_tag_budget_bytes",
                "bytes",
                "Most bytes that a tag may have; 0 is no bound.",
                tags,
                of,
                TagRow::budget);
        count("shm_tag_refusals", "Allocations refused for a tag's budget.", tags, of, TagRow::refused);
        count(
                "shm_tag_allocations",
                "Allocations by tag, as of a moment ago.",
                tags,
                of,
                tag -> tag.totals() == null ? 0 : tag.totals().allocations());
        count(
                "shm_tag_frees",
                "Frees by tag, as of a moment ago.",
                tags,
                of,
                tag -> tag.totals() == null ? 0 : tag.totals().frees());
    }

    private void pools(List<PoolRow> pools) {
        Labels<PoolRow> of = pool -> labels(
                "pool", Integer.toString(pool.pool()), "tag", pool.tag(), "size", Long.toString(pool.blockSize()));
        level("shm_pool_blocks", "", "Blocks in use, by pool.", pools, of, PoolRow::live);
        level("shm_pool_capacity_blocks", "", "Blocks that a pool has.", pools, of, PoolRow::capacity);
        level("shm_pool_peak_blocks", "", "Most blocks in use at one time, by pool.", pools, of, PoolRow::peak);
        count(
                "shm_pool_refusals",
                "Allocations that found a pool empty and were refused.",
                pools,
                of,
                PoolRow::refused);
    }

    private void processes(List<ProcessRow> processes) {
        Map<String, Long> states = new LinkedHashMap<>();
        for (ProcessInfo.Liveness state : ProcessInfo.Liveness.values()) {
            states.put(label(state), 0L);
        }
        processes.forEach(row -> states.merge(label(row.process().state()), 1L, Long::sum));
        level(
                "shm_participants",
                "",
                "Processes that have a place in the region, by what is known of them.",
                states.entrySet(),
                e -> labels("state", e.getKey()),
                Map.Entry::getValue);
        Labels<ProcessRow> of = row -> labels(
                "pid",
                Integer.toString(row.process().pid()),
                "process",
                row.process().name());
        level("shm_process_blocks", "", "Blocks in use, by process.", processes, of, ProcessRow::blocks);
        level("shm_process_bytes", "bytes", "Requested bytes, by process.", processes, of, ProcessRow::bytes);
    }

    private static String label(ProcessInfo.Liveness state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void sites(List<SiteRow> sites) {
        List<SiteRow> most = sites.stream()
                .filter(site -> site.blocks() > 0)
                .sorted(Comparator.comparingLong(SiteRow::bytes).reversed())
                .limit(MOST_SITES)
                .toList();
        Labels<SiteRow> of = site -> labels("site", site.site().toString());
        level("shm_site_blocks", "", "Blocks in use, of the lines of code that hold most.", most, of, SiteRow::blocks);
        level("shm_site_bytes", "bytes", "Requested bytes, of the lines that hold most.", most, of, SiteRow::bytes);
    }

    private void faults(List<FaultRow> rows) {
        List<FaultRow> faults = rows.stream().filter(FaultRow::isFault).toList();
        count(
                "shm_faults",
                "What was proven to be wrong, by kind.",
                faults,
                f -> labels("kind", f.kind()),
                FaultRow::count);
    }

    private <T> void level(
            String name, String unit, String help, Iterable<T> rows, Labels<T> labels, Figure<T> figure) {
        metrics.add(new Metric(name, false, unit, help, values(rows, labels, figure)));
    }

    private <T> void count(String name, String help, Iterable<T> rows, Labels<T> labels, Figure<T> figure) {
        metrics.add(new Metric(name, true, "", help, values(rows, labels, figure)));
    }

    /** Rows with the same labels are one: names in a region may be the same, or made to be. */
    private static <T> List<Metric.Value> values(Iterable<T> rows, Labels<T> labels, Figure<T> figure) {
        Map<Map<String, String>, Double> sums = new LinkedHashMap<>();
        for (T row : rows) {
            sums.merge(labels.of(row), figure.of(row), Double::sum);
        }
        List<Metric.Value> values = new ArrayList<>();
        sums.forEach((of, sum) -> values.add(new Metric.Value(of, sum)));
        return values;
    }

    private Map<String, String> labels(String... namesAndValues) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("region", text(region));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            labels.put(namesAndValues[i], text(namesAndValues[i + 1]));
        }
        return labels;
    }

    /** Whatever a name holds, it becomes text that has a UTF-8. */
    private static String text(String any) {
        for (int i = 0; i < any.length(); i++) {
            if (Character.isSurrogate(any.charAt(i)) || Character.isISOControl(any.charAt(i))) {
                return any.codePoints()
                        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return any;
    }
}
