package io.shm.cli.bench;

import io.shm.error.ShmException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A worker process, seen from here. It ends when its input does, so also when we are killed. */
public final class Worker implements AutoCloseable {
    private final Process process;
    private final OutputStream commands;
    private final BufferedReader replies;

    public Worker(Process process) {
        this.process = process;
        this.commands = process.getOutputStream();
        this.replies = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** Sets it to work; {@link #reply} waits for the end of that. */
    public void send(String command) throws IOException {
        commands.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        commands.flush();
    }

    public Sample reply() throws IOException {
        String line = replies.readLine();
        if (line == null) {
            String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            throw new ShmException("a process of the benchmark died: " + (said.isEmpty() ? "it said nothing" : said));
        }
        return Sample.parse(line);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
