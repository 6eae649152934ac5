package io.shm.examples.parentchild;

import io.shm.Region;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.ledger.Site;
import java.io.IOException;
import java.util.Locale;

/** The child: attaches to the region, allocates in it too, and answers an order that it reads where its parent wrote it. */
public final class Child {
    private static final Site RECEIVE = Site.here("receive");
    private static final Site REPLY = Site.here("reply");

    private static final int PACKETS = 100;
    private static final int PACKETS_KEPT = 3;

    private Child() {}

    /** @param args the region's reference, and the handle of the mailbox in hexadecimal */
    public static void main(String[] args) throws IOException, InterruptedException {
        ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
        try (Region region = Region.attach(args[0], "child")) {
            Mailbox mailbox = new Mailbox(region, region.resolve(Long.parseUnsignedLong(args[1], 16)));

            Block[] packets = region.allocateAll(
                    PACKETS, BlockSpec.of(64).tag(Main.PACKET).site(RECEIVE));
            Block cache = region.allocate(3_000);
            cache.fill((byte) 0);
            for (int i = PACKETS_KEPT; i < PACKETS; i++) {
                packets[i].free();
            }
            say("allocated %d packets and a cache, freed %d of the packets", PACKETS, PACKETS - PACKETS_KEPT);

            Block order = mailbox.await(Mailbox.TO_CHILD, parent::isAlive);
            if (order == null) {
                return;
            }
            say("read order %d: %d of %s", Order.id(order), Order.quantity(order), Order.symbol(order));
            Block reply = region.allocate(Order.BYTES, Main.MESSAGE, REPLY);
            Order.write(
                    reply,
                    Order.id(order),
                    Order.quantity(order),
                    Order.quantity(order) * Order.cents(order),
                    Order.symbol(order));
            mailbox.put(Mailbox.TO_PARENT, reply);

            // The pipe ends when the parent closes it, and also when the parent is killed.
            while (System.in.read() >= 0) {}
            reply.free();
        }
    }

    private static void say(String format, Object... values) {
        System.out.println("child:  " + String.format(Locale.ROOT, format, values));
    }
}
