package io.shm.cli.export;

import io.shm.inspect.Metric;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The text of OpenMetrics 1.0, which Prometheus and its kin read. */
public final class OpenMetrics {
    private OpenMetrics() {}

    public static void write(Appendable to, List<Metric> metrics) throws IOException {
        for (Metric metric : metrics) {
            to.append("# TYPE ").append(metric.name()).append(metric.count() ? " counter\n" : " gauge\n");
            if (!metric.unit().isEmpty()) {
                to.append("# UNIT ")
                        .append(metric.name())
                        .append(' ')
                        .append(metric.unit())
                        .append('\n');
            }
            to.append("# HELP ")
                    .append(metric.name())
                    .append(' ')
                    .append(escaped(metric.help()))
                    .append('\n');
            for (Metric.Value value : metric.values()) {
                to.append(metric.name()).append(metric.count() ? "_total" : "");
                labels(to, value.labels());
                to.append(' ').append(number(value.value())).append('\n');
            }
        }
        to.append("# EOF\n");
    }

    private static void labels(Appendable to, Map<String, String> labels) throws IOException {
        char before = '{';
        for (Map.Entry<String, String> label : labels.entrySet()) {
            to.append(before)
                    .append(label.getKey())
                    .append("=\"")
                    .append(escaped(label.getValue()))
                    .append('"');
            before = ',';
        }
        to.append(before == '{' ? "" : "}");
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1L << 53
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
