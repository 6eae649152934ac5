package io.shm.cli;

import io.shm.cli.command.Globals;
import io.shm.cli.command.Session;
import io.shm.cli.command.Terminal;
import io.shm.cli.command.Usage;
import io.shm.cli.command.UsageException;
import io.shm.cli.command.Verb;
import io.shm.cli.render.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The {@code shm} program. */
public final class Main {
    private final Globals globals;
    private final CommandLine line;
    private final OutputStream out;
    private final PrintStream err;
    private final Terminal terminal;

    private Main(OutputStream out, OutputStream err, Terminal terminal, String[] args) {
        Shm shm = new Shm();
        this.line = Grammar.of(shm, args);
        this.globals = shm.globals;
        this.out = out;
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
        this.terminal = terminal;
    }

    public static void main(String[] args) {
        // Not System.out: a PrintStream swallows errors, and a full disk must not pass for success.
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        OutputStream err = new FileOutputStream(FileDescriptor.err);
        System.exit(run(args, out, err, Terminal.ofProcess()));
    }

    /**
     * Runs one command line.
     *
     * @return the exit code
     */
    public static int run(String[] args, OutputStream out, OutputStream err, Terminal terminal) {
        return new Main(out, err, terminal, args).run(args);
    }

    /** The one place where what went wrong becomes a line and an exit code. */
    private int run(String[] args) {
        try {
            return verb(args);
        } catch (OutputClosedException readerIsGone) {
            return Verb.FINE;
        } catch (Exception | OutOfMemoryError | StackOverflowError | LinkageError | AssertionError thrown) {
            return fail(thrown, args);
        }
    }

    private int verb(String[] args) throws Exception {
        ParseResult parsed = line.parseArgs(args);
        while (parsed.hasSubcommand()) {
            parsed = parsed.subcommand();
        }
        CommandLine command = parsed.commandSpec().commandLine();
        if (globals.help) {
            return print(Usage.of(command));
        }
        if (command.getCommand() instanceof Shm shm && shm.version) {
            return print("shm " + version() + "\n");
        }
        if (!(command.getCommand() instanceof Verb verb)) {
            throw new UsageException(Misreading.verbMissing(command));
        }
        if (globals.columns != null && !verb.hasColumns()) {
            throw new UsageException("--columns: this verb has no table of rows to choose columns of");
        }
        if (globals.watch != null) {
            return watch(verb);
        }
        try (Output output = Output.to(verb.writesFile() ? null : globals.output, out)) {
            int code = verb.run(session(output));
            output.commit();
            return code;
        }
    }

    private int watch(Verb verb) throws Exception {
        if (!verb.canWatch()) {
            throw new UsageException("--watch: there is nothing to watch; it is for the verbs that look");
        }
        if (globals.output != null) {
            throw new UsageException(
                    "--watch with -o would write the file again and again; redirect the output instead");
        }
        try (Output output = Output.to(null, out)) {
            return new Watch(globals, output, terminal).run(buffer -> verb.run(session(buffer)));
        }
    }

    private int print(String text) throws IOException {
        try (Output output = Output.to(globals.output, out)) {
            output.append(text);
            output.commit();
            return Verb.FINE;
        }
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not from its jar)" : version;
    }

    private Session session(Appendable to) {
        return new Session(globals, Looks.of(globals, terminal), to, err, terminal);
    }

    private int fail(Throwable thrown, String[] args) {
        Failure failure = Failure.of(thrown);
        if (globals.verbose || has(args, "-v", "--verbose")) {
            thrown.printStackTrace(err);
        }
        err.println("shm: " + io.shm.cli.render.Text.safe(failure.message()));
        if (globals.json || has(args, "--json")) {
            try (Output output = Output.to(null, out)) {
                new Json(output)
                        .object()
                        .field("schema", "shm.error/1")
                        .field("code", failure.name())
                        .field("message", failure.message())
                        .field("exit", failure.exit().code)
                        .endObject();
                output.append("\n");
                output.commit();
            } catch (IOException | OutputClosedException alreadyFailing) {
                // the exit code says it
            }
        }
        return failure.exit().code;
    }

    /** Whether an option is among arguments that may not have been understood. */
    private static boolean has(String[] args, String... options) {
        List<String> given = Arrays.asList(args);
        int end = given.indexOf("--");
        for (String option : options) {
            if ((end < 0 ? given : given.subList(0, end)).contains(option)) {
                return true;
            }
        }
        return false;
    }
}
