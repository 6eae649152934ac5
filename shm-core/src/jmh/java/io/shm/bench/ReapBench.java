package io.shm.bench;

import io.shm.Region;
import io.shm.layout.Geometry;
import io.shm.layout.Guards;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.SizeClasses;
import io.shm.layout.SlabWord;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.Site;
import io.shm.ledger.SlabState;
import io.shm.memory.SharedMemory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/**
 * A process with a million blocks of 64 bytes is killed, and reaped by this one; one operation is one record. Beside it the
 * least that can be: a bare loop that reads, checks, notes and frees the same records, of a process that stands still.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 7)
@Measurement(iterations = 11)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Dio.netty.leakDetection.level=disabled", "-Dsun.misc.unsafe.memory.access=allow"})
public class ReapBench {
    private static final Site SITE = Site.here();
    private static final int BLOCKS = 1_000_000;
    private static final int SIZE = 64;

    private Region region;

    /** The process that dies: allocates, says so, and waits for its end. */
    public static final class Victim {
        public static void main(String[] args) throws IOException {
            Region region = Region.attach(args[0]);
            for (int i = 0; i < BLOCKS; i++) {
                region.allocate(SIZE, SITE);
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

    @TearDown
    public void close() {
        region.close();
    }

    private Process victim() throws IOException {
        Process victim = ChildJvm.start(Victim.class, region.reference());
        if (victim.inputReader().readLine() == null) {
            throw new IOException("the victim has ended by itself");
        }
        return victim;
    }

    /** Of {@link #reap}: the victim is dead. */
    @State(Scope.Benchmark)
    public static class Dead {
        @Setup(Level.Invocation)
        public void kill(ReapBench bench) throws IOException, InterruptedException {
            bench.victim().destroyForcibly().waitFor();
        }
    }

    /** Of {@link #bareLoop}: the victim waits, or the housekeeper of this process would reap it meanwhile. */
    @State(Scope.Benchmark)
    public static class Waiting {
        private SharedMemory memory;
        private long[] slabs;
        private Process victim;

        @Setup
        public void map(ReapBench bench) throws IOException {
            String[] place = bench.region.reference().substring("pid:".length()).split("/");
            try (FileChannel file = FileChannel.open(
                    Path.of("/proc", place[0], "fd", place[1]), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                memory = SharedMemory.of(file.map(FileChannel.MapMode.READ_WRITE, 0, file.size()));
            }
        }

        @Setup(Level.Invocation)
        public void start(ReapBench bench) throws IOException {
            victim = bench.victim();
            RegionMap map =
                    RegionHeader.check(memory, "the benchmark's", memory.size()).map();
            slabs = IntStream.range(0, map.slabLimit())
                    .filter(slab -> SlabWord.state(memory.getLong(map.slabEntryAt(slab))) == SlabState.OWN.code())
                    .mapToLong(map::slabAt)
                    .toArray();
        }

        @TearDown(Level.Invocation)
        public void reap(ReapBench bench) throws InterruptedException {
            victim.destroyForcibly().waitFor();
            bench.region.reapDead();
        }
    }

    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public boolean reap(Dead dead) {
        return region.reapDead();
    }

    /** All records read once for what is held, then again with their guards, noted, and freed by a CAS each. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public long bareLoop(Waiting waiting) {
        SharedMemory memory = waiting.memory;
        Geometry geometry = Geometry.ofClass(SizeClasses.classOf(SIZE));
        long held = 0;
        for (long slabAt : waiting.slabs) {
            for (int index = 0; index < geometry.count(); index++) {
                long recordAt = RecordLayout.recordAt(slabAt, index);
                if (StateWord.state(memory.getLongAcquire(recordAt)) == BlockState.LIVE.code()) {
                    held += RecordWords.sizeOf(memory.getLong(recordAt + RecordLayout.SIZE_OFFSET));
                    held += RecordWords.siteOf(memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET));
                }
            }
        }
        for (long slabAt : waiting.slabs) {
            for (int index = 0; index < geometry.count(); index++) {
                long recordAt = RecordLayout.recordAt(slabAt, index);
                long word = memory.getLongAcquire(recordAt);
                if (StateWord.state(word) == BlockState.LIVE.code()) {
                    held -= free(memory, recordAt, word, slabAt + geometry.blockAt(index));
                }
            }
        }
        return held;
    }

    private static long free(SharedMemory memory, long recordAt, long word, long blockAt) {
        long size = RecordWords.sizeOf(memory.getLong(recordAt + RecordLayout.SIZE_OFFSET));
        long origin = memory.getLong(recordAt + RecordLayout.ORIGIN_OFFSET);
        long born = memory.getLong(recordAt + RecordLayout.BORN_OFFSET);
        long by = memory.getLong(recordAt + RecordLayout.BY_OFFSET);
        int checksum = RecordWords.checksum(recordAt, origin, born, by);
        if (checksum != RecordWords.checksumOf(memory.getLong(recordAt + RecordLayout.SEAL_OFFSET))
                || memory.getLong(blockAt - Long.BYTES) != Guards.before(blockAt)
                || memory.getLong(blockAt + size) != Guards.tail(blockAt, blockAt + size)) {
            throw new IllegalStateException("damaged: offset=" + recordAt);
        }
        BlockStates.note(memory, recordAt, 1, RecordWords.siteOf(origin), BlockStates.RECLAIMED, 1, checksum);
        return BlockStates.free(memory, recordAt, word) ? size : 0;
    }
}
