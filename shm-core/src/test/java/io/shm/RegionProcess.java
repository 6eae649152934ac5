package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A real process that runs {@link RegionChild} on a region; killed when closed, and gone when this one is. */
final class RegionProcess implements AutoCloseable {
    private final Process process;
    private final PrintStream to;
    private final BufferedReader from;

    RegionProcess(String reference, String name) throws IOException {
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RegionChild.class.getName(),
                        reference,
                        name))
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

    private String answer() {
        try {
            String line = from.readLine();
            assertThat(line).as("answer of process " + process.pid()).isNotNull();
            return line;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
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
