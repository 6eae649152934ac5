package io.shm.cli.command;

import java.io.Closeable;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The terminal as a screen of ours: keys come as they are pressed, frames are drawn in place.
 *
 * <p>Whatever happens, an error and Ctrl-C included, it is given back as it was found: {@link #close} does it, and so does
 * the end of the process, whoever comes first. Only after {@code kill -9} is {@code stty sane} needed. Ctrl-Z does nothing.
 */
final class RawTerminal implements Closeable {
    private static final File TTY = new File("/dev/tty");
    private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[2J";
    private static final String LEAVE = "\u001b[?25h\u001b[?1049l";

    private final BlockingQueue<Integer> keys = new LinkedBlockingQueue<>();
    private final Thread atEnd = new Thread(this::restore, "top-end");
    private final OutputStream screen;
    private final String settings;
    private boolean restored;

    private RawTerminal(OutputStream screen, String settings) {
        this.screen = screen;
        this.settings = settings;
    }

    /** @throws IOException if there is no terminal, or it cannot be set */
    static RawTerminal open() throws IOException {
        String settings = stty("-g");
        RawTerminal terminal = new RawTerminal(new FileOutputStream(TTY), settings);
        // Before anything is changed.
        Runtime.getRuntime().addShutdownHook(terminal.atEnd);
        boolean opened = false;
        try {
            // Signals stay, so that Ctrl-C ends us as it ends any program; one that would stop us half-drawn does not.
            stty("-icanon", "-echo", "min", "1", "time", "0", "susp", "undef");
            terminal.write(ENTER);
            terminal.listen();
            opened = true;
            return terminal;
        } finally {
            if (!opened) {
                terminal.close();
            }
        }
    }

    private void listen() throws IOException {
        InputStream input = new FileInputStream(TTY);
        Thread reader = new Thread(
                () -> {
                    try (input) {
                        for (int key = input.read(); key >= 0; key = input.read()) {
                            keys.add(key);
                        }
                    } catch (IOException gone) {
                        // then there are no more keys
                    }
                },
                "top-keys");
        reader.setDaemon(true);
        reader.start();
    }

    /** The next key; -1 if there was none in that time. */
    int key(long nanos) throws InterruptedException {
        Integer key = keys.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        return key == null ? -1 : key;
    }

    /** Writes to the screen at once. */
    void write(String text) throws IOException {
        synchronized (screen) {
            if (!restored) {
                screen.write(text.getBytes(StandardCharsets.UTF_8));
                screen.flush();
            }
        }
    }

    private void restore() {
        synchronized (screen) {
            if (restored) {
                return;
            }
            restored = true;
            try (screen) {
                screen.write(LEAVE.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException nobodyLooks) {
                // the settings are still worth it
            }
            try {
                stty(settings);
            } catch (IOException gone) {
                // so is the terminal
            }
        }
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException ending) {
            // it runs
        }
    }

    private static String stty(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = "stty";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process stty = new ProcessBuilder(command)
                .redirectInput(TTY)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        boolean interrupted = false;
        while (true) {
            try {
                int code = stty.waitFor();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                if (code != 0) {
                    throw new IOException("stty cannot set the terminal: exit " + code);
                }
                return answer;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
