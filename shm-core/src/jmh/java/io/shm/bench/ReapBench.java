package io.shm.bench;

import io.shm.Region;
import io.shm.ledger.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A process with a million blocks of 64 bytes is killed, and reaped by this one; one operation is one record. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 9)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Dio.netty.leakDetection.level=disabled", "-Dsun.misc.unsafe.memory.access=allow"})
public class ReapBench {
    private static final Site SITE = Site.here();
    private static final int BLOCKS = 1_000_000;

    private Region region;

    /** The process that dies: allocates, says so, and waits for its end. */
    public static final class Victim {
        public static void main(String[] args) throws IOException {
            Region region = Region.attach(args[0]);
            for (int i = 0; i < BLOCKS; i++) {
                region.allocate(64, SITE);
            }
            System.out.println("done");
            // Until it is killed, or nobody is there any more who could.
            System.out.println(System.in.read());
        }
    }

    @Setup
    public void open() {
        region = Allocators.region(256L << 20);
    }

    @Setup(Level.Invocation)
    public void kill() throws IOException, InterruptedException {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        region.reference())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (victim.inputReader().readLine() == null) {
            throw new IOException("the victim has ended by itself");
        }
        victim.destroyForcibly().waitFor();
    }

    @TearDown
    public void close() {
        region.close();
    }

    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public boolean reap() {
        return region.reapDead();
    }
}
