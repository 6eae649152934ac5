package io.shm.examples;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.cell.Hold;
import io.shm.cell.Slot;
import io.shm.channel.Answer;
import io.shm.channel.Broadcast;
import io.shm.channel.Channel;
import io.shm.channel.Requests;
import io.shm.channel.Server;
import io.shm.channel.Subscription;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** The code of the README, compiled. Never run: the name is one that a user may have. */
abstract class ReadmeSample {
    private static final Tag PACKET = Tag.of("packet");
    private static final Site RECEIVE = Site.here("receive");

    void oneProcess() {
        try (Region region = Region.create(RegionOptions.named("trades")
                .size(64 << 20)
                .pool("packet", 64, 1000)
                .budget("report", 1 << 20))) {
            Block packet = region.allocate(64, PACKET, RECEIVE);
            packet.putLong(0, 42);
            tellTheOther(packet.handle());
            packet.free();
        }
        Region.remove("trades", false);
    }

    void another(long handle, LongConsumer use) {
        try (Region region = Region.attach("trades")) {
            Block packet = region.resolve(handle);
            long answer = packet.getLong(0);
            use.accept(answer);
        }
    }

    void giver(Region region) {
        Slot mail = region.root("mail");
        Block block = region.allocate(64);
        if (!mail.publish(block)) { // false where the cell is occupied: the block is still ours
            block.free();
        }
    }

    @SuppressWarnings("unused")
    void taker(Region region, Slot mail) {
        Block taken = mail.take(); // in another process; null where the cell is empty
        // One for all, whoever is first:
        Block config = region.root("config").getOrAllocate(() -> region.allocate(1024));
        // -1 where all are occupied:
        int index = region.array("sends", 100).append(region.allocate(64));
        // A block that many hold:
        try (Hold hold = region.root("table").acquire()) {
            use(hold.block());
        }
    }

    void sender(Region region, Block block) throws InterruptedException {
        Channel orders = region.channel("orders", 1024);
        if (!orders.offer(block)) { // full: the block is still ours
            block.free();
        }
        orders.send(16, m -> m.putLong(0, 4711), 1, TimeUnit.SECONDS); // waits for room
    }

    void receiver(Channel orders, LongConsumer use) throws InterruptedException {
        orders.receive(
                m -> { // in another process
                    if (m.block() == null) {
                        use.accept(m.getLong(0));
                    } else {
                        m.block().free();
                    }
                },
                1,
                TimeUnit.SECONDS);
    }

    Answer requester(Region region, LongConsumer use) throws InterruptedException {
        Requests prices = region.requests("prices", 64); // so many calls at a time
        Answer answer = prices.call(8, m -> m.putLong(0, 4711), r -> use.accept(r.getLong(0)), 1, TimeUnit.SECONDS);
        return answer;
    }

    void server(Requests prices) throws InterruptedException {
        try (Server server = prices.server()) { // in those that serve
            while (isWanted()) {
                server.serve(
                        request -> {
                            long price = priceOf(request.message().getLong(0));
                            request.reply(8, m -> m.putLong(0, price)); // or with a block: request.reply(block)
                        },
                        1,
                        TimeUnit.SECONDS);
            }
        }
    }

    void subscriber(Region region, LongConsumer use) throws InterruptedException {
        try (Subscription subscription = region.broadcast("ticks", 1024).subscribe()) {
            while (isWanted()) {
                subscription.receive(m -> use.accept(m.getLong(0)), 1, TimeUnit.SECONDS);
            }
        }
    }

    void teller(Region region, Block block) throws InterruptedException {
        Broadcast ticks = region.broadcast("ticks", 1024); // in another process
        ticks.send(block, 0, TimeUnit.SECONDS); // all read it in its place, the last one frees it
        ticks.send(8, m -> m.putLong(0, 4711), 10, TimeUnit.MILLISECONDS); // waits so long for those that are behind
    }

    abstract boolean isWanted();

    abstract long priceOf(long item);

    abstract void use(Block block);

    abstract void tellTheOther(long handle);
}
