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
import java.util.List;
import java.util.Map;

/** Measures all transports between two processes, in turns. */
public final class IpcBench {
    private static final long REGION_BYTES = 512L << 20;
    private static final int ROUNDS = 9;
    private static final int WARM_UP_ROUNDS = 4;
    private static final long SHORTEST_SLICE_MS = 5;
    private static final long SHORTEST_WARM_UP_MS = 150;
    private static final int SMALL = 64;
    private static final int LARGE = 4 << 20;

    private final long sliceMs;
    private final boolean pins;

    /**
     * @param time for the measured slices of all together; starting and warming up come on top
     * @param pins whether the two processes have a processor each, the first two
     */
    public IpcBench(Duration time, boolean pins) {
        this.sliceMs = Math.max(SHORTEST_SLICE_MS, time.toMillis() / (14 * ROUNDS));
        this.pins = pins;
    }

    /** Two processes at the ends of one link. */
    private final class Pair {
        private final String name;
        private final String title;
        private final int size;
        private final Worker first;
        private final Worker second;
        private final List<Sample> roundTrips = new ArrayList<>();
        private final List<Sample> oneWays = new ArrayList<>();

        Pair(String name, Transport transport, int size, Region region, ScratchFolder folder) throws IOException {
            this.name = name;
            this.title = transport.title();
            this.size = size;
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
                    IpcWorker.class,
                    name,
                    region.reference(),
                    own.toString(),
                    role,
                    Integer.toString(size),
                    Integer.toString(pins ? cpu : -1)));
        }

        Sample slice(String kind, long millis) throws IOException {
            second.send("serve");
            first.send(kind + " " + millis);
            Sample sample = first.reply();
            second.reply();
            return sample;
        }

        /** A single word can only go there and back. */
        boolean queues() {
            return !name.equals("line");
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
                for (int size : List.of(Long.BYTES, SMALL, LARGE)) {
                    if (entry.getValue().carries(size)
                            && (size != Long.BYTES || entry.getKey().equals("line"))) {
                        pairs.add(new Pair(entry.getKey(), entry.getValue(), size, region, folder));
                    }
                }
            }
            return measure(pairs);
        }
    }

    private List<IpcResult> measure(List<Pair> pairs) throws IOException {
        for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
            boolean counts = round >= WARM_UP_ROUNDS;
            long millis = counts ? sliceMs : Math.max(SHORTEST_WARM_UP_MS, sliceMs);
            for (Pair pair : pairs) {
                if (pair.size <= SMALL) {
                    keep(counts, pair.roundTrips, pair.slice("there-and-back", millis));
                }
                if (pair.queues()) {
                    keep(counts, pair.oneWays, pair.slice("one-way", millis));
                }
            }
        }
        List<IpcResult> results = new ArrayList<>();
        for (Pair pair : pairs) {
            add(results, "round trip", pair, pair.roundTrips);
        }
        for (int size : List.of(SMALL, LARGE)) {
            for (Pair pair : pairs) {
                if (pair.size == size) {
                    add(results, "one way", pair, pair.oneWays);
                }
            }
        }
        return results;
    }

    private static void keep(boolean counts, List<Sample> samples, Sample sample) {
        if (counts) {
            samples.add(sample);
        }
    }

    private static void add(List<IpcResult> results, String kind, Pair pair, List<Sample> samples) {
        if (!samples.isEmpty()) {
            double[] ns = samples.stream()
                    .mapToDouble(sample -> (double) sample.wallNs() / sample.operations())
                    .toArray();
            long operations = samples.stream().mapToLong(Sample::operations).sum();
            results.add(new IpcResult(kind, pair.size, pair.title, Spread.of(ns), operations));
        }
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
