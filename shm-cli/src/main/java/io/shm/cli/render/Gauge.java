package io.shm.cli.render;

import java.util.List;

/** Figures as a line of characters. */
public final class Gauge {
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";
    private static final String HEIGHTS = "▁▂▃▄▅▆▇█";

    private Gauge() {}

    /** A part of a whole as a bar, to an eighth of a character; what is not nothing shows. */
    public static String bar(long part, long whole, int columns) {
        long units = columns * 8L;
        long filled = whole <= 0 ? 0 : Math.round((double) part / whole * units);
        filled = Math.max(part > 0 ? 1 : 0, Math.min(units, filled));
        StringBuilder bar = new StringBuilder("█".repeat((int) (filled / 8)));
        if (filled % 8 != 0) {
            bar.append(EIGHTHS.charAt((int) (filled % 8)));
        }
        return bar.toString();
    }

    /** The last of some values as heights, from 0 to the highest of them. */
    public static String line(List<Double> values, int columns) {
        List<Double> last = values.subList(Math.max(0, values.size() - Math.max(0, columns)), values.size());
        double most = last.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        StringBuilder line = new StringBuilder();
        for (double value : last) {
            int height = most <= 0 ? 0 : (int) Math.round(value / most * (HEIGHTS.length() - 1));
            line.append(HEIGHTS.charAt(Math.max(0, Math.min(HEIGHTS.length() - 1, height))));
        }
        return line.toString();
    }
}
