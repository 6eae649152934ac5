package io.shm.cli.bench;

import io.shm.Region;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A process with one allocator in it. For each line {@code KIND SIZE THREADS MILLIS} that it reads it works so long and
 * replies {@code OPERATIONS WALL_NS CPU_NS}; it ends with its input.
 */
public final class AllocWorker {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Loops loops;

    private AllocWorker(Loops loops) {
        this.loops = loops;
    }

    /** @param args {@code shm REGION}, {@code unsafe} or {@code jna} */
    public static void main(String[] args) throws IOException, InterruptedException {
        // A thread that dies alone would leave the other waiting for it.
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            System.err.println(thrown);
            Runtime.getRuntime().halt(1);
        });
        if (args[0].equals("shm")) {
            try (Region region = Region.attach(args[1], "shm bench")) {
                new AllocWorker(new BlockLoops(region)).serve();
            }
        } else {
            new AllocWorker(new AddressLoops(args[0].equals("jna") ? new JnaMalloc() : new UnsafeMemory())).serve();
        }
    }

    private void serve() throws IOException, InterruptedException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            int size = Integer.parseInt(words[1]);
            int threads = Integer.parseInt(words[2]);
            long nanos = Long.parseLong(words[3]) * 1_000_000;
            System.out.println(run(words[0], size, threads, nanos).line());
            System.out.flush();
        }
    }

    private Sample run(String kind, int size, int threads, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        long deadline = start + nanos;
        List<LongSupplier> parts = new ArrayList<>();
        switch (kind) {
            case "replace" -> parts.add(() -> loops.replace(deadline));
            case "handoff" -> {
                parts.add(() -> loops.produce(size, deadline));
                parts.add(() -> {
                    loops.consume();
                    return 0;
                });
            }
            default -> {
                for (int i = 0; i < threads; i++) {
                    parts.add(() -> loops.pair(size, deadline));
                }
            }
        }
        return together(parts, start);
    }

    /** Runs each part in a thread, the first in this one. */
    private static Sample together(List<LongSupplier> parts, long start) throws InterruptedException {
        Sample[] samples = new Sample[parts.size()];
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < samples.length; i++) {
            int part = i;
            others.add(new Thread(() -> samples[part] = timed(parts.get(part), start)));
        }
        others.forEach(Thread::start);
        samples[0] = timed(parts.get(0), start);
        Sample all = samples[0];
        for (int i = 1; i < samples.length; i++) {
            others.get(i - 1).join();
            all = all.and(samples[i]);
        }
        return all;
    }

    private static Sample timed(LongSupplier part, long start) {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long operations = part.getAsLong();
        return new Sample(operations, System.nanoTime() - start, THREADS.getCurrentThreadCpuTime() - cpu);
    }
}
