package io.shm.cli.export;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the text of OpenMetrics strictly: a family's lines together, TYPE first, no sample twice, counters with
 * {@code _total}, the unit as the name's end, EOF last.
 */
final class OpenMetricsReading {
    private static final Pattern SAMPLE =
            Pattern.compile("([a-z_:][a-z0-9_:]*)(?:\\{(.*)\\})? (-?[0-9]+(?:\\.[0-9]+)?(?:E-?[0-9]+)?)");
    private static final Pattern LABEL = Pattern.compile("([a-z_][a-z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\n\"])*)\"(,|$)");

    /** By name and sorted labels: {@code shm_tag_bytes{region=orders, tag=packet}}. */
    final Map<String, Double> samples = new LinkedHashMap<>();

    final Map<String, String> types = new LinkedHashMap<>();

    static OpenMetricsReading of(String text) {
        OpenMetricsReading reading = new OpenMetricsReading();
        if (!text.endsWith("\n# EOF\n")) {
            throw new AssertionError("no EOF at the end");
        }
        reading.read(text.substring(0, text.length() - "# EOF\n".length()));
        return reading;
    }

    private void read(String text) {
        String family = "";
        Set<String> said = new HashSet<>();
        for (String line : text.split("\n")) {
            if (line.startsWith("# ")) {
                String[] words = line.split(" ", 4);
                if (words[1].equals("TYPE")) {
                    family = words[2];
                    said.clear();
                    if (types.put(family, words[3]) != null
                            || !Set.of("counter", "gauge").contains(words[3])) {
                        throw new AssertionError("twice, or of no known type: " + line);
                    }
                }
                boolean isOne = Set.of("TYPE", "UNIT", "HELP").contains(words[1]) && said.add(words[1]);
                if (!isOne || !words[2].equals(family) || words[3].isEmpty()) {
                    throw new AssertionError("out of place: " + line);
                }
                if (words[1].equals("UNIT") && !family.endsWith("_" + words[3])) {
                    throw new AssertionError("the name does not end with its unit: " + line);
                }
            } else {
                sample(line, family);
            }
        }
    }

    private void sample(String line, String family) {
        Matcher parts = SAMPLE.matcher(line);
        if (!parts.matches()) {
            throw new AssertionError("no sample: " + line);
        }
        String expected = types.get(family).equals("counter") ? family + "_total" : family;
        if (!parts.group(1).equals(expected)) {
            throw new AssertionError("in the family " + family + ": " + line);
        }
        String key = parts.group(1) + labels(parts.group(2) == null ? "" : parts.group(2));
        if (samples.put(key, Double.valueOf(parts.group(3))) != null) {
            throw new AssertionError("twice: " + key);
        }
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!label.find(at) || label.start() != at) {
                throw new AssertionError("no labels: " + text);
            }
            String value =
                    label.group(2).replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
            if (labels.put(label.group(1), value) != null) {
                throw new AssertionError("a label twice: " + text);
            }
            at = label.end();
        }
        return labels;
    }
}
