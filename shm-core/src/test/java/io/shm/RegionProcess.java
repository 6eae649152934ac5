package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A real process that runs {@link RegionChild} on a region; killed when closed, and gone when this one is. */
final class RegionProcess implements AutoCloseable {
    private final Process process;
    private final PrintStream to;
    private final BufferedReader from;

    RegionProcess(String reference, String name) throws IOException {
        this(List.of(), List.of(), reference, name);
    }

    /** @param launcher the command that starts it, where that is not ourselves */
    RegionProcess(List<String> launcher, String reference, String name) throws IOException {
        this(launcher, List.of(), reference, name);
    }

    /** @param options of its JVM */
    RegionProcess(List<String> launcher, List<String> options, String reference, String name) throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                // The JVM warns of another's /tmp/hsperfdata on standard output, where we read the child's answers.
                "-XX:-UsePerfData",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                RegionChild.class.getName(),
                reference,
                name));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(answer()).isEqualTo("attached");
    }

    int pid() {
        return (int) process.pid();
    }

    /** Sends a line and waits for the answer. */
    String ask(String line) {
        to.println(line);
        return answer();
    }

    /** Sends a line; the answer comes later. */
    CompletableFuture<String> send(String line) {
        to.println(line);
        return CompletableFuture.supplyAsync(this::answer);
    }

    /** Sends a line whose answer nobody waits for. */
    void tell(String line) {
        to.println(line);
    }

    private String answer() {
        try {
            String line = from.readLine();
            assertThat(line).as("answer of process " + process.pid()).isNotNull();
            return line;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends a line that has no answer, because it is the process's last; its exit code. */
    int tellLast(String line) {
        to.println(line);
        return process.onExit().join().exitValue();
    }

    /** SIGTERM, and waits for its end; its exit code. */
    int terminate() {
        process.destroy();
        return process.onExit().join().exitValue();
    }

    /** Sends a signal by its name: STOP, CONT. */
    void signal(String name) throws IOException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.onExit().join().exitValue()).isZero();
    }

    /** The only process that the launcher has started. */
    ProcessHandle launched() {
        List<ProcessHandle> children = process.children().toList();
        assertThat(children).hasSize(1);
        return children.get(0);
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Lets it leave the region and end; its exit code. */
    int end() {
        to.close();
        return process.onExit().join().exitValue();
    }

    @Override
    public void close() {
        kill();
    }
}
