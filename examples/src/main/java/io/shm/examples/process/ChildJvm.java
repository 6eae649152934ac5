package io.shm.examples.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM, of the same Java and with the same classes as this one. It never outlives its close. */
public final class ChildJvm implements AutoCloseable {
    private static final int PATIENCE_S = 10;

    private final Process process;

    private ChildJvm(Process process) {
        this.process = process;
    }

    public static ChildJvm start(Class<?> main, String... args) throws IOException {
        return start(List.of(), main, args);
    }

    /** @param options of the JVM, besides those that this one was started with, of a debugger apart */
    public static ChildJvm start(List<String> options, Class<?> main, String... args) throws IOException {
        return start(List.of(), options, main, args);
    }

    /**
     * As {@link #start(List, Class, String...)}, but a key of the terminal that ends this process does not end the child, nor
     * does the end of the terminal: it goes on until this process asks it to end, or is gone.
     */
    public static ChildJvm startApart(List<String> options, Class<?> main, String... args) throws IOException {
        // A JVM leaves signals alone that are ignored when it begins.
        return start(List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"), options, main, args);
    }

    private static ChildJvm start(List<String> before, List<String> options, Class<?> main, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // A debugger of this one waits at its port already: a child with the same could not begin.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !isDebugger(option))
                .forEach(command::add);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
        return new ChildJvm(builder.start());
    }

    static boolean isDebugger(String option) {
        return option.startsWith("-agentlib:jdwp") || option.startsWith("-Xrunjdwp");
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String state() {
        return isAlive() ? "is still running" : "ended with exit code " + process.exitValue();
    }

    /** Waits for its end; returns its exit code, which is 128 and the number of the signal if one ended it. */
    public int await() throws InterruptedException {
        return process.waitFor();
    }

    /** SIGKILL: it gets no chance to do anything. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Closes the pipe to the child, which is its sign to end. The kernel does the same when this process is killed. */
    public void askToEnd() throws IOException {
        process.getOutputStream().close();
    }

    /** Asks the child to end; one that does not is killed. */
    @Override
    public void close() throws IOException {
        try {
            askToEnd();
            process.waitFor(PATIENCE_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
