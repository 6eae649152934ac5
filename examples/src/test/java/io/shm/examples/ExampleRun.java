package io.shm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.Region;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** An example that runs in a process of its own, as a user starts it. */
public final class ExampleRun {
    private final String name;
    private Process process;
    private BufferedReader output;

    /** @param name of its region */
    public ExampleRun(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Starts a main with {@code --name} and these arguments. */
    public void start(Class<?> main, String... args) throws IOException {
        start(command(main, args));
    }

    /** The same in a terminal of its own, which ends with it and has its exit code. */
    public void startInTerminal(Class<?> main, String... args) throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "no script(1) here");
        String line = command(main, args).stream().collect(Collectors.joining("' '", "exec '", "'"));
        start(List.of("/usr/bin/script", "-qec", line, "/dev/null"));
    }

    private List<String> command(Class<?> main, String... args) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(
                java,
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                "--name",
                name));
        command.addAll(List.of(args));
        return command;
    }

    private void start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SHELL", "/bin/sh");
        process = builder.start();
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    public long pid() {
        return process.pid();
    }

    /** All processes of the run, without the terminal. */
    public List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    public List<ProcessHandle> children() {
        return process.children().toList();
    }

    public void pressEnter() throws IOException {
        press('\n');
    }

    /** In a terminal: the key that interrupts. */
    public void pressControlC() throws IOException {
        press('C' & 0x1f);
    }

    private void press(int key) throws IOException {
        process.getOutputStream().write(key);
        process.getOutputStream().flush();
    }

    public void closeItsInput() throws IOException {
        process.getOutputStream().close();
    }

    /** SIGTERM. By its handle: Process.destroy would close the pipe to its last words. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** SIGKILL. */
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Waits for its end; its exit code. */
    public int exit() throws InterruptedException {
        return process.waitFor();
    }

    /** Lines up to one that contains the text, or to the end for null. What a newer Java warns of is left out. */
    public List<String> readUntil(String text) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (!line.startsWith("WARNING: ") && !line.isEmpty()) {
                lines.add(line);
            }
            if (text != null && line.contains(text)) {
                return lines;
            }
        }
        assertThat(text).as("not in the output: %s", lines).isNull();
        return lines;
    }

    /** Fails if a process or a file of the run is left; and ends and removes it. */
    public void nothingIsLeft() throws IOException {
        List<ProcessHandle> processes = ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .toList();
        List<String> files = filesInMemory();
        processes.forEach(ProcessHandle::destroyForcibly);
        if (!files.isEmpty()) {
            Region.remove(name, true);
        }
        assertThat(processes).as("processes left behind").isEmpty();
        assertThat(files).as("files left behind").isEmpty();
    }

    public List<String> filesInMemory() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.contains(name))
                    .toList();
        }
    }
}
