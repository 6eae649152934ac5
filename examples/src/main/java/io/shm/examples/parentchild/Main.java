package io.shm.examples.parentchild;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.error.BusyException;
import io.shm.error.ShmException;
import io.shm.examples.process.ChildJvm;
import io.shm.examples.process.Ending;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.ProcessRow;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The parent: makes a region, starts a child that attaches to it, sends it an order, and shows what is left. */
public final class Main {
    static final Tag PACKET = Tag.of("packet");
    static final Tag MESSAGE = Tag.of("message");

    // What the ledger shows as the place of our blocks. Constants, because finding a line takes a microsecond or two.
    private static final Site MAILBOX = Site.here("mailbox");
    private static final Site RECEIVE = Site.here("receive");
    private static final Site SEND = Site.here("send");

    private static final int PACKETS = 200;
    private static final int PACKETS_KEPT = 8;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        Arguments arguments = Arguments.parse(args);
        if (arguments == null) {
            System.err.println(Arguments.USAGE);
            System.exit(2);
        }
        String problem = null;
        try (Ending ending = Ending.onSignal()) {
            run(arguments, ending);
        } catch (BusyException e) {
            problem = e.getMessage() + ". Choose another with --name, or remove it: scripts/shm rm " + arguments.name();
        } catch (ShmException | IllegalArgumentException | IOException e) {
            problem = e.getMessage();
        }
        if (problem != null) {
            System.err.println("parent-child: " + problem);
            System.exit(1);
        }
    }

    private static void run(Arguments arguments, Ending ending) throws IOException, InterruptedException {
        RegionOptions options = RegionOptions.named(arguments.name())
                .size(8 << 20)
                .pool("packet", 64, 1000)
                .pool("message", 256, 500)
                .processName("parent");
        try (Region region = Region.create(options)) {
            say("made region '%s' of %,d bytes", arguments.name(), region.size());
            try {
                work(region, arguments, ending);
            } finally {
                // The name goes now, the memory when the last process lets it go.
                Region.remove(region.reference(), true);
            }
        }
        say("the region is gone");
    }

    private static void work(Region region, Arguments arguments, Ending ending)
            throws IOException, InterruptedException {
        Block block = region.allocate(
                BlockSpec.of(Mailbox.BYTES).tag("mailbox").site(MAILBOX).alignment(64));
        Mailbox mailbox = Mailbox.empty(region, block);
        try (ChildJvm child = ChildJvm.start(Child.class, region.reference(), Long.toHexString(block.handle()))) {
            say("started the child, process %d", child.pid());

            // From a pool; and a block of no pool and no tag, whose line is found without being named.
            Block[] packets =
                    region.allocateAll(PACKETS, BlockSpec.of(64).tag(PACKET).site(RECEIVE));
            Block report = region.allocate(10_000);
            report.fill((byte) '.');
            for (int i = PACKETS_KEPT; i < PACKETS; i++) {
                packets[i].free();
            }
            say("allocated %d packets and a report, freed %d of the packets", PACKETS, PACKETS - PACKETS_KEPT);

            // Only the handle crosses. The child reads the order where it lies.
            try (Block message = region.allocate(Order.BYTES, MESSAGE, SEND)) {
                Order.write(message, 4711, 250, 1_999, "SHM");
                mailbox.put(Mailbox.TO_CHILD, message);
                say("sent order 4711 as handle 0x%x", message.handle());

                Block reply = mailbox.await(Mailbox.TO_PARENT, answering(child, ending));
                if (reply != null) {
                    say("the child answers: order %d costs %,d cents", Order.id(reply), Order.cents(reply));
                } else if (!ending.isAsked()) {
                    throw new ShmException("no answer from the child, which " + child.state());
                }
            }
            show(arguments.name());
            hold(arguments, ending);
        }
    }

    private static BooleanSupplier answering(ChildJvm child, Ending ending) {
        long start = System.nanoTime();
        return () -> child.isAlive() && !ending.isAsked() && System.nanoTime() - start < PATIENCE_NS;
    }

    /** What any process can see of the region, attached or not. */
    private static void show(String name) {
        try (Inspector inspector = Inspector.open(name)) {
            Picture picture = inspector.picture();
            for (ProcessRow row : picture.processes()) {
                say("%s still holds %d blocks, %,d bytes", row.process().name(), row.blocks(), row.bytes());
            }
            say(
                    "all parts of the region add up to %,d bytes, of which %,d are free",
                    picture.accounts().total(), picture.accounts().free());
        }
    }

    private static void hold(Arguments arguments, Ending ending) throws IOException, InterruptedException {
        if (arguments.holdSeconds() > 0) {
            say("for %d seconds, or until Enter, look from another terminal:", arguments.holdSeconds());
            System.out.println("    scripts/shm inspect " + arguments.name());
            System.out.println("    scripts/shm blocks " + arguments.name());
            ending.await(arguments.holdSeconds());
        }
    }

    private static void say(String format, Object... values) {
        System.out.println("parent: " + String.format(Locale.ROOT, format, values));
    }
}
