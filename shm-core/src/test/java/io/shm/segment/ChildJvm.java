package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real process that runs {@link SegmentChild}; killed when closed. */
final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final PrintStream to;
    private final BufferedReader from;

    private ChildJvm(Process process) {
        this.process = process;
        this.to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static ChildJvm start() throws IOException {
        return start(List.of(), System.getProperty("java.class.path"));
    }

    /**
     * Starts one with a class path of its own.
     *
     * @param before words in front of the command, for another user or other limits
     */
    static ChildJvm start(List<String> before, String classPath) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                // The JVM warns of another's /tmp/hsperfdata on standard output, where we read the child's answers.
                "-XX:-UsePerfData",
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                SegmentChild.class.getName()));
        return new ChildJvm(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    long pid() {
        return process.pid();
    }

    /** Sends a line and waits for the answer. */
    String ask(String line) throws IOException {
        send(line);
        return answer();
    }

    void send(String line) {
        to.println(line);
    }

    String answer() throws IOException {
        String answer = from.readLine();
        assertThat(answer).as("answer of process " + process.pid()).isNotNull();
        return answer;
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
