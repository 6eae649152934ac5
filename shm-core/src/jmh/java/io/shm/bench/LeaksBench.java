package io.shm.bench;

import io.shm.Region;
import io.shm.cell.CellArray;
import io.shm.inspect.Inspector;
import io.shm.inspect.LeakReport;
import io.shm.ledger.Site;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The search for leaks in a region with a million blocks, all of them in a cell; one operation is one search. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 9)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Dio.netty.leakDetection.level=disabled", "-Dsun.misc.unsafe.memory.access=allow"})
public class LeaksBench {
    private static final Site SITE = Site.here();
    private static final int BLOCKS = 1_000_000;

    private Region region;
    private Inspector inspector;

    @Setup
    public void open() {
        region = Allocators.region(400L << 20);
        CellArray array = region.array("all", BLOCKS);
        for (int i = 0; i < BLOCKS; i++) {
            array.set(i, region.allocate(64, SITE));
        }
        inspector = Inspector.open(region.reference());
    }

    @TearDown
    public void close() {
        inspector.close();
        region.close();
    }

    @Benchmark
    public LeakReport leaks() {
        return inspector.leaks();
    }
}
