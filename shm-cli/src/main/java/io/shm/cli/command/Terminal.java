package io.shm.cli.command;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The terminal that the program runs in, as far as there is one. */
public class Terminal {
    private static final int USUAL_COLUMNS = 80;
    private static final int USUAL_ROWS = 24;

    private final boolean input;
    private final boolean output;

    protected Terminal(boolean input, boolean output) {
        this.input = input;
        this.output = output;
    }

    /** That of this process. {@code System.console()} cannot tell: it is null as soon as one of the two is piped. */
    public static Terminal ofProcess() {
        return new Terminal(isTerminal(0), isTerminal(1));
    }

    /** None, as in a pipe. */
    public static Terminal none() {
        return new Terminal(false, false);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(descriptor)))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException noSuchThing) {
            return false;
        }
    }

    /** Whether what is printed appears on a terminal. */
    public final boolean showsOutput() {
        return output;
    }

    /** Whether somebody is there to answer a question. */
    public final boolean canAsk() {
        return input && output;
    }

    /** Asks for a yes; anything else, the end of input too, is a no. */
    public boolean confirm(String question) throws IOException {
        System.err.print(question + " [y/N] ");
        System.err.flush();
        String answer = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        return answer != null
                && (answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes"));
    }

    public int columns() {
        return size()[1];
    }

    public int rows() {
        return size()[0];
    }

    /** Rows and columns now; asked anew each time, because windows are resized. A subprocess: 10 ms. */
    public int[] size() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer;
            try (InputStream reply = stty.getInputStream()) {
                answer = new String(reply.readAllBytes(), StandardCharsets.US_ASCII).strip();
            }
            int blank = answer.indexOf(' ');
            int rows = Integer.parseInt(answer.substring(0, blank));
            int columns = Integer.parseInt(answer.substring(blank + 1));
            if (rows > 0 && columns > 0) {
                return new int[] {rows, columns};
            }
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException unknown) {
            // a terminal without a size: the usual one
        }
        return new int[] {USUAL_ROWS, USUAL_COLUMNS};
    }
}
