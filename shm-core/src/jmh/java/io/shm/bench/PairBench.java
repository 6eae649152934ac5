package io.shm.bench;

import io.shm.Region;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Allocate and free at once, last in first out. One operation is one pair. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Dio.netty.leakDetection.level=disabled", "-Dsun.misc.unsafe.memory.access=allow"})
public class PairBench {
    @Param({"SHM", "NETTY", "UNSAFE", "MALLOC"})
    Allocators allocator;

    @Param({"64", "256", "1024", "16384"})
    int size;

    private Region region;

    @Setup
    public void open() {
        region = Allocators.region(256L << 20);
    }

    @TearDown
    public void close() {
        region.close();
    }

    @Benchmark
    public void pair() {
        allocator.free(allocator.allocate(region, size));
    }
}
