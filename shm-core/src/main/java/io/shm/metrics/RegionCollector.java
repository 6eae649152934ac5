package io.shm.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.shm.Region;
import io.shm.inspect.Metric;
import io.shm.inspect.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of this process's regions for a registry of the Prometheus client library; needs
 * {@code io.prometheus:prometheus-metrics-core} on the class path. They are those of {@code shm export --format
 * openmetrics}.
 *
 * <pre>{@code
 * RegionCollector regions = new RegionCollector();
 * PrometheusRegistry.defaultRegistry.register(regions);
 * regions.add(region);
 * }</pre>
 *
 * <p>One collector for all regions: a registry takes each name of a metric once. Threads: safe. A scrape walks through
 * each region, at most once a second; who allocates pays nothing.
 */
public final class RegionCollector implements MultiCollector, AutoCloseable {
    private final Duration most;
    private final Map<Region, RegionLook> looks = new LinkedHashMap<>();

    public RegionCollector() {
        this(RegionLook.MOST);
    }

    RegionCollector(Duration most) {
        this.most = most;
    }

    /** From now on this region's figures are collected, also after it is closed; a second time does nothing. */
    public synchronized RegionCollector add(Region region) {
        looks.computeIfAbsent(region, added -> new RegionLook(added, most));
        return this;
    }

    /** No more of this region. */
    public synchronized void remove(Region region) {
        RegionLook look = looks.remove(region);
        if (look != null) {
            look.close();
        }
    }

    @Override
    public synchronized MetricSnapshots collect() {
        Map<String, List<Metric>> byName = new LinkedHashMap<>();
        for (RegionLook look : looks.values()) {
            RegionLook.View view = look.view();
            for (Metric metric : Metrics.of(view.picture(), view.faults())) {
                byName.computeIfAbsent(metric.name(), name -> new ArrayList<>()).add(metric);
            }
        }
        List<MetricSnapshot> snapshots = new ArrayList<>();
        byName.values().forEach(regions -> snapshots.add(snapshot(regions)));
        return new MetricSnapshots(snapshots);
    }

    private static MetricSnapshot snapshot(List<Metric> regions) {
        Metric first = regions.get(0);
        if (first.count()) {
            CounterSnapshot.Builder counter =
                    CounterSnapshot.builder().name(first.name()).help(first.help());
            each(
                    regions,
                    (labels, value) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                            .labels(labels)
                            .value(value)
                            .build()));
            return counter.build();
        }
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(first.name()).help(first.help());
        each(
                regions,
                (labels, value) -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build()));
        return gauge.build();
    }

    /** Takes a value and its labels. */
    @FunctionalInterface
    private interface Sink {
        void add(Labels labels, double value);
    }

    private static void each(List<Metric> regions, Sink sink) {
        for (Metric metric : regions) {
            for (Metric.Value value : metric.values()) {
                sink.add(
                        Labels.of(
                                List.copyOf(value.labels().keySet()),
                                List.copyOf(value.labels().values())),
                        value.value());
            }
        }
    }

    /** No more of any region. */
    @Override
    public synchronized void close() {
        looks.values().forEach(RegionLook::close);
        looks.clear();
    }
}
