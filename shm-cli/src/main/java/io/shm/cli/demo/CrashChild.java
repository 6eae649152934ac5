package io.shm.cli.demo;

import io.shm.Region;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A process of the crash demo: holds some blocks, and allocates and frees others until it ends or is ended. */
public final class CrashChild {
    static final int PACKETS = 40;
    static final int ORDERS = 8;

    private static final Site RECEIVE = Site.here("receive");
    private static final Site KEEP_ORDER = Site.here("keepOrder");
    private static final Site WORK = Site.here("work");
    private static final int PACKET_BYTES = 1024;
    private static final int ORDER_BYTES = 256;

    private CrashChild() {}

    /** @param args the region, and what to call itself */
    public static void main(String[] args) throws IOException, InterruptedException {
        AtomicLong pairs = new AtomicLong();
        AtomicBoolean ending = new AtomicBoolean();
        List<Block> held = new ArrayList<>();
        try (Region region = Region.attach(args[0], args[1])) {
            for (int i = 0; i < PACKETS; i++) {
                held.add(region.allocate(PACKET_BYTES, Tag.of("packet"), RECEIVE));
            }
            for (int i = 0; i < ORDERS; i++) {
                held.add(region.allocate(ORDER_BYTES, Tag.of("order"), KEEP_ORDER));
            }
            Thread worker = new Thread(() -> work(region, pairs, ending), "worker");
            worker.start();
            System.out.println("ready");
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (in.readLine() != null) {
                System.out.println(pairs.get());
            }
            ending.set(true);
            worker.join();
            held.forEach(Block::free);
        }
    }

    private static void work(Region region, AtomicLong pairs, AtomicBoolean ending) {
        while (!ending.get()) {
            Block block = region.allocate(PACKET_BYTES, Tag.of("packet"), WORK);
            block.putLong(0, pairs.get());
            block.free();
            pairs.incrementAndGet();
        }
    }
}
