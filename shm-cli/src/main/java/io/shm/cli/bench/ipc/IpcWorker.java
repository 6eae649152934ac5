package io.shm.cli.bench.ipc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import net.openhft.affinity.Affinity;

/**
 * One end of a link, in a process of its own. Reads {@code serve}, and then sends back what it receives until it is told
 * to stop through the link; or the name of a {@link Measurement} and milliseconds, and works so long. Replies {@code
 * OPERATIONS WALL_NS CPU_NS} each time. Ends with its input, whatever it is waiting for.
 */
public final class IpcWorker {
    /** A message that is not sent back has this bit. */
    private static final long ONE_WAY = 1L << 62;

    private static final long STOP = 1L << 61;
    private static final int AT_ONCE = 64;

    private final Link link;

    private IpcWorker(Link link) {
        this.link = link;
    }

    /** @param args transport, region, folder, {@code first} or {@code second}, size, cpu or -1 */
    public static void main(String[] args) throws IOException, InterruptedException {
        // Or its word about missing loggers is taken for our last one.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        BlockingQueue<String> commands = commands();
        pin(Integer.parseInt(args[5]));
        End end = new End(args[1], Path.of(args[2]), args[3].equals("first"), Integer.parseInt(args[4]));
        try (Link link = Transports.all().get(args[0]).open(end)) {
            IpcWorker worker = new IpcWorker(link);
            System.out.println("0 0 0");
            while (true) {
                String[] words = commands.take().split(" ");
                long start = System.nanoTime();
                long operations = worker.work(words[0], start, words.length > 1 ? Long.parseLong(words[1]) : 0);
                System.out.println(operations + " " + (System.nanoTime() - start) + " 0");
            }
        }
    }

    private long work(String what, long start, long millis) throws IOException {
        if (what.equals("serve")) {
            return serve();
        }
        long deadline = start + millis * 1_000_000;
        long operations = switch (Measurement.valueOf(what)) {
            case ROUND_TRIP -> roundTrips(deadline);
            case ONE_WAY -> oneWay(deadline);
        };
        link.send(STOP);
        link.receive();
        return operations;
    }

    private long serve() throws IOException {
        for (long served = 0; ; served++) {
            long value = link.receive();
            if ((value & ONE_WAY) == 0) {
                link.send(value);
            }
            if (value == STOP) {
                return served;
            }
        }
    }

    private long roundTrips(long deadline) throws IOException {
        long value = 0;
        while (System.nanoTime() < deadline) {
            for (int i = 0; i < AT_ONCE; i++) {
                link.send(++value);
                if (link.receive() != value) {
                    throw new IOException("not what was sent came back");
                }
            }
        }
        return value;
    }

    /** Ends when the last has come: its answer is waited for. */
    private long oneWay(long deadline) throws IOException {
        long value = 0;
        while (System.nanoTime() < deadline) {
            for (int i = 0; i < AT_ONCE; i++) {
                link.send(ONE_WAY | ++value);
            }
        }
        return value;
    }

    /** To the end of the input, which ends the process. */
    private static BlockingQueue<String> commands() {
        BlockingQueue<String> commands = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> {
            try {
                BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
                for (String line = input.readLine(); line != null; line = input.readLine()) {
                    commands.add(line);
                }
            } catch (IOException e) {
                System.err.println(e);
            }
            Runtime.getRuntime().halt(0);
        });
        reader.setDaemon(true);
        reader.start();
        return commands;
    }

    /** This thread alone, for as long as the process lives. */
    private static void pin(int cpu) {
        if (cpu >= 0) {
            BitSet only = new BitSet();
            only.set(cpu);
            Affinity.setAffinity(only);
        }
    }
}
