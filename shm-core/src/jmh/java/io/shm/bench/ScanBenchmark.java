package io.shm.bench;

import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.Source;
import io.shm.layout.Geometry;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.SizeClasses;
import io.shm.layout.SlabLayout;
import io.shm.ledger.BlockStates;
import io.shm.ledger.HeaderSpec;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.SlabStates;
import io.shm.memory.SharedMemory;
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
import org.openjdk.jmh.annotations.Warmup;

/** What a picture of a region costs for each record: 628,000 records of 128-byte blocks, two thirds in use. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:MaxDirectMemorySize=1g")
public class ScanBenchmark {
    private static final int SLABS = 2_000;
    private static final int RECORDS = SLABS * 314;
    private static final int SIZE_CLASS = 7;
    private static final int SIZE = 160 << 20;

    private Inspector inspector;

    @Setup
    public void fill() {
        SharedMemory memory = SharedMemory.ofPrivate(SIZE);
        RegionMap map = RegionMap.forSize(SIZE, 0);
        RegionHeader.write(memory, new HeaderSpec(map, SIZE, SIZE, 1, 0600, 0, 0, 1, 2, 0, 1, 0, 0, 0, 0, 0, 0));
        Geometry geometry = Geometry.ofClass(SIZE_CLASS);
        if (SLABS * geometry.count() != RECORDS || SizeClasses.sizeOf(SIZE_CLASS) != 128) {
            throw new IllegalStateException("records per slab: " + geometry.count());
        }
        for (int slab = 0; slab < SLABS; slab++) {
            for (int index = 0; index < geometry.count(); index++) {
                long recordAt = RecordLayout.recordAt(map.slabAt(slab), index);
                int number = slab * geometry.count() + index;
                BlockStates.write(
                        memory,
                        recordAt,
                        RecordWords.size(number % 129, number % 16, 0),
                        RecordWords.origin(number % 500, 0, 0),
                        RecordWords.born(number, 0),
                        RecordWords.by(1, 1));
                memory.putLong(
                        recordAt, number % 3 == 0 ? BlockStates.free(number) : BlockStates.live(1 + slab % 4, number));
            }
            long entryAt = map.slabEntryAt(slab);
            memory.putInt(entryAt + SlabLayout.RUN_OFFSET, 1);
            memory.putInt(entryAt + SlabLayout.HEAD_OFFSET, slab);
            memory.putLong(entryAt, SlabStates.owned(SlabStates.initial(), 1 + slab % 4, SIZE_CLASS));
        }
        inspector = Inspector.of(memory, new Source("bench", "bench", true, Source.NO_LOCKS, () -> {}));
        Picture picture = inspector.picture();
        if (picture.damaged() != 0 || picture.accounts().total() != SIZE) {
            throw new IllegalStateException(picture.toString());
        }
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public Picture picture() {
        return inspector.picture();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long rows() {
        long[] bytes = new long[1];
        inspector.blocks(row -> true, row -> bytes[0] += row.size());
        return bytes[0];
    }
}
