package io.shm.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * What one thing costs a pair of allocate and free: the same code with it and without, by turns of some milliseconds in
 * one JVM. {@code scripts/bench guards | lines | levels [JVMS]}.
 *
 * <p>The toolkit is loaded twice, and one of the two is changed as it is loaded: so nothing in the code that ships is there
 * for this measurement. CPU time of turns side by side, so that others on the machine, who slow down both, change little.
 * What the compiler makes of it is another matter in every JVM: so there are many, and the other one is first in every
 * second.
 */
public final class TwinBench {
    /** How often a turn of {@link TwinPairs} allocates and frees. */
    static final int PAIRS = 50_000;

    private static final int WARM_UP = 400;
    private static final int TURNS = 200;
    /** Handles are garbage: while a heap grew again after a collection that had shrunk it, a pair took 170 ns. */
    private static final List<String> HEAP = List.of("-Xms256m", "-Xmx256m", "-Xmn32m", "-XX:+AlwaysPreTouch");

    private TwinBench() {}

    /** One of the two that are compared. */
    private record Side(String name, Class<? extends LongConsumer> pairs, String level, Twin.Change change) {
        LongConsumer start() throws ReflectiveOperationException {
            return new Twin(change).start(pairs, level);
        }
    }

    private record Comparison(int size, Side plain, Side other) {}

    private static List<Comparison> comparisons(String what) {
        return switch (what) {
            case "guards" ->
                Stream.of(64, 256, 1024, 16384)
                        .map(size -> new Comparison(
                                size,
                                new Side("without guards", TwinPairs.Lines.class, "sites", Twin.Change.NO_GUARDS),
                                new Side("with guards", TwinPairs.Lines.class, "sites", Twin.Change.NONE)))
                        .toList();
            case "lines" ->
                List.of(new Comparison(
                        64,
                        new Side("lines are constants", TwinPairs.Lines.class, "sites", Twin.Change.NONE),
                        new Side("woven", TwinPairs.Unchanged.class, "sites", Twin.Change.WOVEN)));
            case "levels" ->
                Stream.of("off", "counts", "sites")
                        .map(level -> new Comparison(
                                64,
                                new Side("no record is written", TwinPairs.Lines.class, "off", Twin.Change.NO_RECORDS),
                                new Side("level " + level, TwinPairs.Lines.class, level, Twin.Change.NONE)))
                        .toList();
            default -> throw new IllegalArgumentException("no such comparison: " + what);
        };
    }

    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        List<Comparison> comparisons = comparisons(args[0]);
        if (args.length == 3) {
            measure(comparisons.get(Integer.parseInt(args[1])), args[2].equals("plain"));
            return;
        }
        int jvms = args.length > 1 ? Integer.parseInt(args[1]) : 15;
        for (int row = 0; row < comparisons.size(); row++) {
            Comparison comparison = comparisons.get(row);
            double[] plain = new double[jvms];
            double[] other = new double[jvms];
            double[] more = new double[jvms];
            double[] percent = new double[jvms];
            for (int i = 0; i < jvms; i++) {
                String[] words =
                        another(args[0], row, i % 2 == 0 ? "plain" : "other").split(" ");
                plain[i] = Double.parseDouble(words[0]);
                other[i] = Double.parseDouble(words[1]);
                more[i] = Double.parseDouble(words[2]);
                percent[i] = 100 * (Double.parseDouble(words[3]) - 1);
            }
            System.out.printf(
                    Locale.ROOT,
                    "pair of %5d B, CPU ns: %s %s  %s %s  more %s, %% %s  (%d JVMs)%n",
                    comparison.size,
                    comparison.plain.name,
                    spread(plain),
                    comparison.other.name,
                    spread(other),
                    spread(more),
                    spread(percent),
                    jvms);
        }
    }

    private static String spread(double[] values) {
        Arrays.sort(values);
        return String.format(
                Locale.ROOT,
                "%.1f (%.1f to %.1f)",
                values[values.length / 2],
                values[values.length / 4],
                values[values.length - 1 - values.length / 4]);
    }

    private static String another(String what, int row, String first) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(HEAP);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TwinBench.class.getName()));
        command.addAll(List.of(what, Integer.toString(row), first));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream out = process.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.US_ASCII).trim();
        } finally {
            process.destroy();
        }
    }

    private static void measure(Comparison comparison, boolean plainFirst) throws ReflectiveOperationException {
        Side one = plainFirst ? comparison.plain : comparison.other;
        Side two = plainFirst ? comparison.other : comparison.plain;
        LongConsumer first = one.start();
        LongConsumer second = two.start();
        for (int i = 0; i < WARM_UP; i++) {
            first.accept(comparison.size);
            second.accept(comparison.size);
        }
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double[] plain = new double[TURNS];
        double[] other = new double[TURNS];
        double[] more = new double[TURNS];
        double[] ratio = new double[TURNS];
        for (int i = 0; i < TURNS; i++) {
            long begun = threads.getCurrentThreadCpuTime();
            first.accept(comparison.size);
            long between = threads.getCurrentThreadCpuTime();
            second.accept(comparison.size);
            double ofFirst = (double) (between - begun) / PAIRS;
            double ofSecond = (double) (threads.getCurrentThreadCpuTime() - between) / PAIRS;
            plain[i] = plainFirst ? ofFirst : ofSecond;
            other[i] = plainFirst ? ofSecond : ofFirst;
            more[i] = other[i] - plain[i];
            ratio[i] = other[i] / plain[i];
        }
        System.out.println(middle(plain) + " " + middle(other) + " " + middle(more) + " " + middle(ratio));
    }

    private static double middle(double[] turns) {
        Arrays.sort(turns);
        return turns[TURNS / 2];
    }
}
