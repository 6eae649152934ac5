package io.shm.cli.bench;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.cli.child.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures all workloads with all allocators, in turns. */
public final class AllocBench {
    private static final long REGION_BYTES = 256L << 20;
    private static final int ROUNDS = 9;
    private static final int WARM_UP_ROUNDS = 3;
    private static final long SHORTEST_SLICE_MS = 5;
    private static final long SHORTEST_WARM_UP_MS = 100;

    private final long sliceMs;

    /** @param time for the measured slices of all together; starting and warming up come on top */
    public AllocBench(Duration time) {
        int slices = Workload.ALL.size() * 3 * ROUNDS;
        this.sliceMs = Math.max(SHORTEST_SLICE_MS, time.toMillis() / slices);
    }

    /** Its processes, its region and its files are gone when it returns, and when this process is killed. */
    public List<Result> run() throws IOException, InterruptedException {
        Map<String, List<Worker>> workers = new LinkedHashMap<>();
        // A region without a name: nothing can be left of it.
        try (Region region = Region.create(RegionOptions.anonymous()
                        .size(REGION_BYTES)
                        .populate(true)
                        .processName("shm bench"));
                MallocProgram malloc = MallocProgram.compile()) {
            workers.put("shm", two(() -> ChildJvm.launch(AllocWorker.class, "shm", region.reference())));
            workers.put("unsafe", two(() -> ChildJvm.launch(AllocWorker.class, "unsafe")));
            if (malloc != null) {
                workers.put("malloc", two(malloc::start));
            } else {
                workers.put("malloc-jna", two(() -> ChildJvm.launch(AllocWorker.class, "jna")));
            }
            return measure(workers);
        } finally {
            workers.values().forEach(pair -> pair.forEach(Worker::close));
        }
    }

    private interface Start {
        Process process() throws IOException;
    }

    private static List<Worker> two(Start start) throws IOException {
        return List.of(new Worker(start.process()), new Worker(start.process()));
    }

    private List<Result> measure(Map<String, List<Worker>> workers) throws IOException {
        long warmUpMs = Math.max(SHORTEST_WARM_UP_MS, sliceMs);
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            for (Workload workload : Workload.ALL) {
                for (List<Worker> pair : workers.values()) {
                    slice(workload, pair, warmUpMs);
                }
            }
        }
        Map<String, List<Sample>> samples = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Workload workload : Workload.ALL) {
                for (Map.Entry<String, List<Worker>> entry : workers.entrySet()) {
                    samples.computeIfAbsent(workload + entry.getKey(), key -> new ArrayList<>())
                            .add(slice(workload, entry.getValue(), sliceMs));
                }
            }
        }
        List<Result> results = new ArrayList<>();
        for (Workload workload : Workload.ALL) {
            for (String allocator : workers.keySet()) {
                results.add(result(workload, allocator, samples.get(workload + allocator)));
            }
        }
        return results;
    }

    private static Sample slice(Workload workload, List<Worker> pair, long millis) throws IOException {
        List<Worker> working = pair.subList(0, workload.processes());
        for (Worker worker : working) {
            worker.send(workload.command(millis));
        }
        Sample all = new Sample(0, 0, 0);
        for (Worker worker : working) {
            all = all.and(worker.reply());
        }
        return all;
    }

    private static Result result(Workload workload, String allocator, List<Sample> samples) {
        double[] ns = new double[samples.size()];
        double[] cpu = new double[samples.size()];
        long operations = 0;
        int operators = workload.operators() * workload.processes();
        for (int i = 0; i < ns.length; i++) {
            Sample sample = samples.get(i);
            ns[i] = (double) sample.wallNs() * operators / sample.operations();
            cpu[i] = (double) sample.cpuNs() / sample.operations();
            operations += sample.operations();
        }
        return new Result(workload, allocator, Spread.of(ns), Spread.of(cpu), ns.length, operations);
    }
}
