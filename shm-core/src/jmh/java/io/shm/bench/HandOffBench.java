package io.shm.bench;

import io.shm.Region;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Control;

/** One thread allocates, another frees. The queue between them costs the same for all, and is measured too. */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Dio.netty.leakDetection.level=disabled", "-Dsun.misc.unsafe.memory.access=allow"})
public class HandOffBench {
    private static final Object NOTHING = new Object();

    @Param({"SHM", "NETTY", "UNSAFE", "MALLOC"})
    Allocators allocator;

    @Param({"256"})
    int size;

    private final ArrayBlockingQueue<Object> queue = new ArrayBlockingQueue<>(1024);
    private Region region;

    @Setup
    public void open() {
        region = Allocators.region(256L << 20);
    }

    @TearDown
    public void close() {
        for (Object block = queue.poll(); block != null; block = queue.poll()) {
            if (block != NOTHING) {
                allocator.free(block);
            }
        }
        region.close();
    }

    @Benchmark
    @Group("handOff")
    @GroupThreads(1)
    public void allocate(Control control) {
        Object block = allocator.allocate(region, size);
        while (!queue.offer(block)) {
            if (control.stopMeasurement) {
                allocator.free(block);
                return;
            }
            Thread.onSpinWait();
        }
    }

    @Benchmark
    @Group("handOff")
    @GroupThreads(1)
    public void free(Control control) {
        Object block = queue.poll();
        while (block == null) {
            if (control.stopMeasurement) {
                return;
            }
            Thread.onSpinWait();
            block = queue.poll();
        }
        allocator.free(block);
    }

    @Benchmark
    @Group("queueOnly")
    @GroupThreads(1)
    public void offer(Control control) {
        while (!queue.offer(NOTHING) && !control.stopMeasurement) {
            Thread.onSpinWait();
        }
    }

    @Benchmark
    @Group("queueOnly")
    @GroupThreads(1)
    public void poll(Control control) {
        while (queue.poll() == null && !control.stopMeasurement) {
            Thread.onSpinWait();
        }
    }
}
