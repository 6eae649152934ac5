package io.shm.cli.bench.ipc;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.cli.bench.Sample;
import io.shm.cli.bench.ScratchFolder;
import io.shm.cli.bench.Spread;
import io.shm.cli.bench.Worker;
import io.shm.cli.child.ChildJvm;
import io.shm.error.ShmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Measures all transports between two processes, in turns. */
public final class IpcBench {
    private static final long REGION_BYTES = 512L << 20;
    private static final int ROUNDS = 9;
    private static final int WARM_UP_ROUNDS = 4;
    private static final long SHORTEST_SLICE_MS = 5;
    private static final long SHORTEST_WARM_UP_MS = 120;
    /**
     * Handles are garbage. Both processors are busy, so a collection by many threads waits for its turn, and so does a heap
     * that grows: with the usual ones a request took 46 us instead of 4.
     */
    private static final List<String> HEAP =
            List.of("-Xms48m", "-Xmx48m", "-Xmn24m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch");

    private static final int SMALL = 64;
    private static final int LARGE = 4 << 20;

    private final Duration time;
    private final boolean pins;

    /**
     * @param time for the measured slices of all together; starting and warming up come on top
     * @param pins whether the two processes have a processor each, the first two
     */
    public IpcBench(Duration time, boolean pins) {
        this.time = time;
        this.pins = pins;
    }

    /** Two processes at the ends of one link. */
    private final class Pair {
        private final String name;
        private final String title;
        private final int size;
        private final Worker first;
        private final Worker second;
        private final Map<Measurement, List<Sample>> samples = new EnumMap<>(Measurement.class);

        Pair(String name, Transport transport, int size, Region region, ScratchFolder folder) throws IOException {
            this.name = name;
            this.title = transport.title();
            this.size = size;
            for (Measurement measurement : transport.measurements()) {
                // A large message tells of bytes a second, and for that there is one direction.
                if (measurement != Measurement.ROUND_TRIP || size <= SMALL) {
                    samples.put(measurement, new ArrayList<>());
                }
            }
            Path own = Files.createDirectory(folder.path().resolve(name + "-" + size));
            if (name.equals("pipe")) {
                makePipes(own);
            }
            first = folder.usedBy(start("first", region, own, 0));
            second = folder.usedBy(start("second", region, own, 1));
            first.belongsWith(second);
            first.reply();
            second.reply();
        }

        private Worker start(String role, Region region, Path own, int cpu) throws IOException {
            return new Worker(ChildJvm.launch(
                    HEAP,
                    IpcWorker.class,
                    name,
                    region.reference(),
                    own.toString(),
                    role,
                    Integer.toString(size),
                    Integer.toString(pins ? cpu : -1)));
        }

        Sample slice(Measurement measurement, long millis) throws IOException {
            second.send("serve");
            first.send(measurement + " " + millis);
            Sample sample = first.reply();
            second.reply();
            return sample;
        }
    }

    /** Its processes, its region and its files are gone when it returns, and when we are interrupted. */
    public List<IpcResult> run() throws IOException {
        try (ScratchFolder folder = ScratchFolder.inMemory();
                Region region = Region.create(RegionOptions.anonymous()
                        .size(REGION_BYTES)
                        .populate(true)
                        .processName("shm bench"))) {
            List<Pair> pairs = new ArrayList<>();
            for (Map.Entry<String, Transport> entry : Transports.all().entrySet()) {
                for (int size : sizes(entry.getValue())) {
                    pairs.add(new Pair(entry.getKey(), entry.getValue(), size, region, folder));
                }
            }
            measure(pairs);
            return results(pairs);
        }
    }

    /** The usual two; one that is for less alone has what it is for. */
    private static List<Integer> sizes(Transport transport) {
        return Stream.of(transport.carries(SMALL) ? SMALL : Long.BYTES, LARGE)
                .filter(transport::carries)
                .toList();
    }

    private void measure(List<Pair> pairs) throws IOException {
        int all = pairs.stream().mapToInt(pair -> pair.samples.size()).sum();
        long sliceMs = Math.max(SHORTEST_SLICE_MS, time.toMillis() / ((long) all * ROUNDS));
        for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
            boolean counts = round >= WARM_UP_ROUNDS;
            long millis = counts ? sliceMs : Math.max(SHORTEST_WARM_UP_MS, sliceMs);
            for (Pair pair : pairs) {
                for (Map.Entry<Measurement, List<Sample>> entry : pair.samples.entrySet()) {
                    Sample sample = pair.slice(entry.getKey(), millis);
                    if (counts) {
                        entry.getValue().add(sample);
                    }
                }
            }
        }
    }

    private static List<IpcResult> results(List<Pair> pairs) {
        List<IpcResult> results = new ArrayList<>();
        for (Measurement measurement : Measurement.values()) {
            for (boolean isLarge : new boolean[] {false, true}) {
                for (Pair pair : pairs) {
                    if (pair.size > SMALL == isLarge && pair.samples.containsKey(measurement)) {
                        results.add(result(measurement, pair));
                    }
                }
            }
        }
        return results;
    }

    private static IpcResult result(Measurement measurement, Pair pair) {
        List<Sample> samples = pair.samples.get(measurement);
        double[] ns = samples.stream()
                .mapToDouble(sample -> (double) sample.wallNs() / sample.operations())
                .toArray();
        long operations = samples.stream().mapToLong(Sample::operations).sum();
        return new IpcResult(measurement, pair.size, pair.title, Spread.of(ns), operations);
    }

    /** Java cannot. */
    private static void makePipes(Path folder) throws IOException {
        try {
            Process made = new ProcessBuilder("mkfifo", folder + "/there", folder + "/back").start();
            if (made.waitFor() != 0) {
                throw new ShmException("mkfifo failed in " + folder);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ShmException("interrupted", e);
        }
    }
}
