package io.shm.examples.service;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.error.BusyException;
import io.shm.error.ShmException;
import io.shm.examples.process.Ending;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The supervisor's process, which is the gateway's, too: makes the region, takes requests over HTTP, has them answered by
 * workers in processes of their own, and starts another where one dies. With a load that kills them, to see what it is worth.
 */
public final class Main {
    private static final int REGION_BYTES = 32 << 20;
    private static final int MOST_TIMES = 4;

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        Arguments arguments = Arguments.parse(args);
        if (arguments == null) {
            System.err.println(Arguments.USAGE);
            System.exit(2);
        }
        String problem = null;
        try (Ending ending = Ending.onSignal(() -> say("ending, once what was taken is answered"))) {
            if (!run(arguments, ending)) {
                problem = "this should not have happened: see above";
            }
        } catch (BusyException e) {
            problem = e.getMessage() + ". Choose another with --name, or remove it: scripts/shm rm " + arguments.name();
        } catch (ShmException | IllegalArgumentException | IOException e) {
            problem = e.getMessage();
        }
        if (problem != null) {
            System.err.println("service: " + problem);
            System.exit(1);
        }
    }

    private static boolean run(Arguments arguments, Ending ending) throws IOException, InterruptedException {
        RegionOptions options = RegionOptions.named(arguments.name())
                .size(REGION_BYTES)
                .processName("gateway")
                // A signal asks for the end; the region is left when all requests have theirs.
                .leaveAtExit(false);
        Region region = Region.create(options);
        try {
            Report report;
            try (region) {
                say("made region '%s' of %,d bytes", arguments.name(), region.size());
                report = work(region, arguments, ending);
            }
            report.books(Books.of(arguments.name()));
            report.lines().forEach(System.out::println);
            if (arguments.hold() > 0) {
                say("everybody has left; for %d seconds, or until Enter, see what is left:", arguments.hold());
                System.out.println("    scripts/shm leaks " + arguments.name());
                ending.await(arguments.hold());
            }
            return report.isGood();
        } finally {
            Region.remove(arguments.name(), true);
            say("the region is gone");
        }
    }

    private static Report work(Region region, Arguments arguments, Ending ending)
            throws IOException, InterruptedException {
        Report report = new Report(arguments);
        try (Gateway gateway = Gateway.open(region, arguments.port(), arguments.deadline())) {
            // Closed before the gateway, which then leaves nothing.
            try (Supervisor supervisor =
                    new Supervisor(region.reference(), arguments.workers(), ending::isAsked, Main::say)) {
                report.supervisor(supervisor);
                supervisor.start();
                say("POST a text to http://localhost:%d%s", gateway.port(), Gateway.PATH);
                if (arguments.load() == 0) {
                    say("until Enter: kill workers as you like");
                    ending.await(Integer.MAX_VALUE);
                } else {
                    load(report, gateway, supervisor, arguments, ending);
                }
                gateway.finish();
            }
        }
        return report;
    }

    private static void load(Report report, Gateway gateway, Supervisor supervisor, Arguments arguments, Ending ending)
            throws InterruptedException {
        say(
                "%d clients for %d seconds, and kill -9 of random workers; seed %d",
                arguments.clients(), arguments.load(), arguments.seed());
        Load load = new Load(gateway.port(), arguments.clients(), arguments.seed());
        long start = System.nanoTime();
        long length = TimeUnit.SECONDS.toNanos(arguments.load());
        Trouble trouble = Trouble.make(supervisor, gateway::hasAnswerOf, arguments.deadline(), arguments.seed());
        try (trouble) {
            // On a very slow machine until there was something to survive; but it ends where no worker ever works.
            report.results(load.run(() -> {
                long ran = System.nanoTime() - start;
                return !ending.isAsked() && (ran < length || (trouble.kills() == 0 && ran < MOST_TIMES * length));
            }));
        }
        report.trouble(trouble);
    }

    private static void say(String text) {
        System.out.println("service: " + text);
    }

    private static void say(String format, Object... values) {
        say(String.format(Locale.ROOT, format, values));
    }
}
