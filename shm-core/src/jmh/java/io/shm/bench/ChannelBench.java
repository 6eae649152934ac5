package io.shm.bench;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.channel.Channel;
import io.shm.heap.Block;
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

/**
 * What a message through a channel costs in instructions: one thread sends it and receives it, so no cache line changes the
 * core. {@code scripts/bench ipc} has the rest.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Dsun.misc.unsafe.memory.access=allow",
            "-Xms256m",
            "-Xmx256m",
            "-Xmn32m",
            "-XX:+AlwaysPreTouch"
        })
@State(Scope.Thread)
public class ChannelBench {
    private static final Site ALLOCATE = Site.here("allocate");
    private static final Site FREE = Site.here("free");
    private static final int SIZE = 64;

    private Region region;
    private Channel channel;
    private Block block;
    private long received;

    @Setup
    public void open() {
        region = Region.create(RegionOptions.anonymous().size(64 << 20).populate(true));
        channel = region.channel("channel", 1024);
        block = region.allocate(SIZE, ALLOCATE);
    }

    @TearDown
    public void close() {
        region.close();
    }

    /** A block goes round and round. */
    @Benchmark
    public void block() {
        channel.offer(block);
        block = channel.poll();
    }

    /** Each message is a new block, and freed by its receiver. */
    @Benchmark
    public void newBlock() {
        channel.offer(region.allocate(SIZE, ALLOCATE));
        channel.poll().free(FREE);
    }

    @Benchmark
    public long small() {
        channel.offer(SIZE, m -> m.putLong(0, received + 1));
        channel.poll(m -> received = m.getLong(0));
        return received;
    }
}
