package io.shm.bench;

import io.shm.Region;
import java.util.SplittableRandom;
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

/** 10,000 live blocks of mixed sizes, one replaced at random. One operation is one free and one allocate. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Dio.netty.leakDetection.level=disabled", "-Dsun.misc.unsafe.memory.access=allow"})
public class ReplaceBench {
    private static final int LIVE = 10_000;
    private static final long SEED = 42;

    @Param({"SHM", "NETTY", "UNSAFE", "MALLOC"})
    Allocators allocator;

    private final Object[] live = new Object[LIVE];
    private final int[] sizes = new int[1 << 12];
    private final int[] victims = new int[1 << 16];
    private int at;
    private Region region;

    @Setup
    public void open() {
        region = Allocators.region(256L << 20);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < sizes.length; i++) {
            // Half of them small, as in a service: 16 to 128, the rest up to 4096.
            sizes[i] = random.nextBoolean() ? 16 + random.nextInt(113) : 129 + random.nextInt(3968);
        }
        for (int i = 0; i < victims.length; i++) {
            victims[i] = random.nextInt(LIVE);
        }
        for (int i = 0; i < LIVE; i++) {
            live[i] = allocator.allocate(region, sizes[i & (sizes.length - 1)]);
        }
    }

    @TearDown
    public void close() {
        for (Object block : live) {
            allocator.free(block);
        }
        region.close();
    }

    @Benchmark
    public void replace() {
        int turn = at++;
        int victim = victims[turn & (victims.length - 1)];
        allocator.free(live[victim]);
        live[victim] = allocator.allocate(region, sizes[turn & (sizes.length - 1)]);
    }
}
