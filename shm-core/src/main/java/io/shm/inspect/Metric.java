package io.shm.inspect;

import java.util.List;
import java.util.Map;

/**
 * A figure of a region for a monitoring system, in each of its instances.
 *
 * @param name with its unit as its end, and without the {@code _total} that some formats want of a count
 * @param count whether it only ever grows as long as the region is there; else it is a level
 * @param unit {@code bytes}, {@code seconds}; empty where it counts things
 */
public record Metric(String name, boolean count, String unit, String help, List<Value> values) {
    /** One instance: the names and values of its labels, in order, which no other instance has, and its value. */
    public record Value(Map<String, String> labels, double value) {}
}
