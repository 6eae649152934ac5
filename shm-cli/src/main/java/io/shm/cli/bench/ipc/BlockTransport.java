package io.shm.cli.bench.ipc;

import io.shm.Region;
import io.shm.channel.Channel;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;

/** Blocks that change owners: allocated and written by the sender, read and freed by the receiver. Nothing is copied. */
final class BlockTransport implements Transport {
    private static final Site SITE = Site.here();

    @Override
    public String title() {
        return "shm block";
    }

    @Override
    public boolean carries(int size) {
        return size >= Long.BYTES;
    }

    @Override
    public Link open(End end) {
        Region region = Region.attach(end.region(), "shm bench");
        String name = end.folder().getFileName().toString();
        Channel there = region.channel(name + "-" + end.direction(true), end.depth());
        Channel back = region.channel(name + "-" + end.direction(false), end.depth());
        int size = end.size();
        return new Link() {
            @Override
            public void send(long value) {
                Block block = region.tryAllocate(size, Tag.GENERAL, SITE);
                while (block == null) {
                    // The receiver has not freed what was sent before.
                    Thread.onSpinWait();
                    block = region.tryAllocate(size, Tag.GENERAL, SITE);
                }
                block.putLong(0, value);
                for (int page = End.PAGE; page < size; page += End.PAGE) {
                    block.putLong(page, value);
                }
                while (!there.offer(block)) {
                    Thread.onSpinWait();
                }
            }

            @Override
            public long receive() {
                Block block = back.poll();
                while (block == null) {
                    Thread.onSpinWait();
                    block = back.poll();
                }
                long value = block.getLong(0);
                long differences = 0;
                for (int page = End.PAGE; page < size; page += End.PAGE) {
                    differences |= block.getLong(page) ^ value;
                }
                End.checkPages(differences);
                block.free(SITE);
                return value;
            }

            @Override
            public void close() {
                region.close();
            }
        };
    }
}
