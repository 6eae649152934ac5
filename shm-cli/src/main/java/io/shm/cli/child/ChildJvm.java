package io.shm.cli.child;

import io.shm.error.ShmException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A second JVM, of the same Java and with the same classes as this one. It never outlives its close. */
public final class ChildJvm implements AutoCloseable {
    private static final int PATIENCE_S = 30;

    private final Process process;
    private final BufferedReader output;
    private final Thread hook;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.hook = new Thread(process::destroyForcibly, "child-jvm");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts the {@code main} of a class; it ends when we do. */
    public static ChildJvm start(Class<?> main, String... args) throws IOException {
        return new ChildJvm(launch(main, args));
    }

    /** Starts the {@code main} of a class, for a caller that sees to its end. */
    public static Process launch(Class<?> main, String... args) throws IOException {
        return launch(List.of(), main, args);
    }

    /** As the other, with flags of the JVM after those of this one. */
    public static Process launch(List<String> flags, Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!flag.startsWith("-agentlib:") && !flag.startsWith("-javaagent:")) {
                command.add(flag);
            }
        }
        command.addAll(flags);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(args));
        return new ProcessBuilder(command).start();
    }

    public long pid() {
        return process.pid();
    }

    /** Sends a line and waits for the answer. */
    public String ask(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return answer();
    }

    /** Waits for a line. */
    public String answer() throws IOException {
        String answer = output.readLine();
        if (answer == null) {
            throw new ShmException("child process " + process.pid() + " is gone: " + lastWords());
        }
        return answer;
    }

    /** Tells it that there are no more lines, and waits for its end. */
    public void end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        await();
    }

    /** SIGKILL; waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end. */
    public void await() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            throw new ShmException("child process " + process.pid() + " is still running after " + PATIENCE_S + " s");
        }
        if (process.exitValue() != 0) {
            throw new ShmException("the child ended with " + process.exitValue() + ": " + lastWords());
        }
    }

    /** What a dead child said about it, in one line. */
    public String lastWords() throws IOException {
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int end = said.indexOf('\n');
        return said.isEmpty() ? "it said nothing" : end < 0 ? said : said.substring(0, end);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // the hook does it
        }
    }
}
