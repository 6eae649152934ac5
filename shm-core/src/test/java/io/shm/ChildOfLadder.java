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

/** A real process of the ladder's upper levels: quick to start, killed when closed. */
final class ChildOfLadder implements AutoCloseable {
    private final Process process;
    private final PrintStream to;
    private final BufferedReader from;

    ChildOfLadder(Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The JVM warns of another's /tmp/hsperfdata on standard output, where we read what the child says.
                "-XX:-UsePerfData",
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    int pid() {
        return (int) process.pid();
    }

    /** Waits for a line. */
    void expect(String line) throws IOException {
        assertThat(from.readLine()).as("what process %s says", process.pid()).isEqualTo(line);
    }

    /** Sends a line. */
    void tell(String line) {
        to.println(line);
    }

    String readLine() throws IOException {
        return from.readLine();
    }

    /** SIGKILL; its exit code, once it is gone. */
    int kill() {
        process.destroyForcibly();
        return exitCode();
    }

    /** Once it is gone. */
    int exitCode() {
        return process.onExit().join().exitValue();
    }

    @Override
    public void close() {
        kill();
    }
}
