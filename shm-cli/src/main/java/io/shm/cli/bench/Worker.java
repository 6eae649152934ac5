package io.shm.cli.bench;

import io.shm.error.ShmException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/** A worker process, seen from here. It ends when its input does, so also when we are killed. */
public final class Worker implements AutoCloseable {
    private final Process process;
    private final OutputStream commands;
    private final BufferedReader replies;
    private Worker partner;
    private volatile boolean killed;

    public Worker(Process process) {
        this.process = process;
        this.commands = process.getOutputStream();
        this.replies = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** Two that wait for each other: when one dies, the other is ended. */
    public void belongsWith(Worker other) {
        partner = other;
        other.partner = this;
        endWith(process, other.process);
        endWith(other.process, process);
    }

    private static void endWith(Process first, Process second) {
        // Nobody waits for the end of what follows from an end.
        var unused = first.onExit().thenRun(second::destroyForcibly);
    }

    /** Sets it to work; {@link #reply} waits for the end of that. */
    public void send(String command) {
        try {
            commands.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
            commands.flush();
        } catch (IOException ended) {
            throw died();
        }
    }

    public Sample reply() {
        String line;
        try {
            line = replies.readLine();
        } catch (IOException ended) {
            // What destroys a process closes its streams.
            line = null;
        }
        if (line != null) {
            return Sample.parse(line);
        }
        throw died();
    }

    private ShmException died() {
        while (killed) {
            // Our own process ends: there is nobody to tell.
            LockSupport.park();
        }
        String said = lastWords();
        if (said.isEmpty() && partner != null) {
            said = partner.lastWords();
        }
        return new ShmException("a process of the benchmark died: " + (said.isEmpty() ? "it said nothing" : said));
    }

    private String lastWords() {
        try {
            return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException ended) {
            return "";
        }
    }

    /** Returns when it is gone. */
    void kill() {
        killed = true;
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
