package io.shm.bench;

import io.shm.Region;
import io.shm.heap.Block;
import io.shm.ledger.Level;
import io.shm.ledger.Site;
import io.shm.weave.Weaver;
import java.io.IOException;
import java.io.InputStream;
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

/**
 * What the line of code costs, by the way it is found, and what each level costs. One operation is one pair of allocate
 * and free of 64 B.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Dsun.misc.unsafe.memory.access=allow")
public class SiteBench {
    private static final int SIZE = 64;

    /** The same pair in each way. */
    public interface Pair {
        void run(Region region);
    }

    /** With constants for both lines. */
    public static final class Constant implements Pair {
        private static final Site ALLOCATE = Site.here("allocate");
        private static final Site FREE = Site.here("free");

        @Override
        public void run(Region region) {
            Block block = region.allocate(SIZE, ALLOCATE);
            block.free(FREE);
        }
    }

    /** As an unchanged program has it; woven where it is loaded so. */
    public static final class Unchanged implements Pair {
        @Override
        public void run(Region region) {
            Block block = region.allocate(SIZE);
            block.free();
        }
    }

    /** How the pair finds its lines. */
    public enum Way {
        /** A {@code Site} constant. */
        CONSTANT,
        /** The calls are woven. */
        WOVEN,
        /** The stack is walked for the allocation; the line of the free is not noted. */
        WALK;

        Pair pair() throws ReflectiveOperationException {
            Class<?> type = this == CONSTANT ? Constant.class : this == WALK ? Unchanged.class : woven(Unchanged.class);
            return (Pair) type.getConstructor().newInstance();
        }
    }

    private static Class<?> woven(Class<?> type) throws ClassNotFoundException {
        String name = type.getName();
        return Class.forName(name, true, new ClassLoader(type.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String wanted, boolean resolve) throws ClassNotFoundException {
                return wanted.equals(name) ? defineWoven() : super.loadClass(wanted, resolve);
            }

            private Class<?> defineWoven() throws ClassNotFoundException {
                try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                    byte[] bytes = Weaver.weave(in.readAllBytes()).bytes();
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        });
    }

    @State(Scope.Benchmark)
    public static class Ways {
        @Param
        Way way;

        Region region;
        Pair pair;

        @Setup
        public void open() throws ReflectiveOperationException {
            region = Allocators.region(64L << 20);
            pair = way.pair();
        }

        @TearDown
        public void close() {
            region.close();
        }
    }

    @State(Scope.Benchmark)
    public static class Levels {
        @Param
        Level level;

        Region region;
        Pair pair;

        @Setup
        public void open() throws ReflectiveOperationException {
            region = Allocators.region(64L << 20);
            region.setLevel(level);
            pair = Way.WOVEN.pair();
        }

        @TearDown
        public void close() {
            region.close();
        }
    }

    @Benchmark
    public void way(Ways state) {
        state.pair.run(state.region);
    }

    @Benchmark
    public void level(Levels state) {
        state.pair.run(state.region);
    }
}
