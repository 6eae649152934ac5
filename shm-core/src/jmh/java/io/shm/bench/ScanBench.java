package io.shm.bench;

import io.shm.Region;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.ledger.Site;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The inspector's scan of a region with a million live blocks; one operation is one record. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Dio.netty.leakDetection.level=disabled", "-Dsun.misc.unsafe.memory.access=allow"})
public class ScanBench {
    private static final Site SITE = Site.here();
    private static final int BLOCKS = 1_000_000;

    private Region region;
    private Inspector inspector;

    @Setup
    public void open() {
        region = Allocators.region(256L << 20);
        for (int i = 0; i < BLOCKS; i++) {
            region.allocate(64, SITE);
        }
        inspector = Inspector.open(region.reference());
    }

    @TearDown
    public void close() {
        inspector.close();
        region.close();
    }

    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public Picture picture() {
        return inspector.picture();
    }
}
