package io.shm.cli;

import io.shm.cli.command.Globals;
import io.shm.cli.command.Terminal;
import io.shm.cli.render.Text;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs a verb again and again: in a terminal in place, in a pipe one after the other.
 *
 * <p>A frame is computed first and written at once, over the one before, so nothing flickers. Ctrl-C ends it as it ends
 * any program; the cursor comes back.
 */
final class Watch {
    private static final String HOME = "\u001b[H";
    private static final String CLEAR = "\u001b[2J";
    private static final String CLEAR_REST_OF_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";

    private final Globals globals;
    private final Output out;
    private final Terminal terminal;
    private final boolean inPlace;

    Watch(Globals globals, Output out, Terminal terminal) {
        this.globals = globals;
        this.out = out;
        this.terminal = terminal;
        this.inPlace = terminal.showsOutput() && !globals.json;
    }

    /** One run of the verb. */
    interface Tick {
        int into(Appendable frame) throws Exception;
    }

    /** Ends only by an exception: the region is gone, or nobody reads any more. */
    int run(Tick tick) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        boolean first = true;
        if (inPlace) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::showCursor));
        }
        while (true) {
            StringBuilder frame = new StringBuilder();
            tick.into(frame);
            if (inPlace) {
                out.append(first ? HIDE_CURSOR + CLEAR : "").append(drawn(frame.toString()));
            } else {
                out.append(first || globals.json ? "" : "\n").append(frame);
            }
            out.flush();
            first = false;
            if (never.await(globals.watch.toNanos(), TimeUnit.NANOSECONDS)) {
                return 0;
            }
        }
    }

    /** The frame over the one before: as many lines as fit, each clearing what stood behind it. */
    private String drawn(String frame) {
        int[] size = terminal.size();
        StringBuilder drawn = new StringBuilder(HOME);
        int rows = 0;
        int start = 0;
        while (start < frame.length()) {
            int end = frame.indexOf('\n', start);
            end = end < 0 ? frame.length() : end;
            if (++rows >= size[0]) {
                drawn.append("…").append(CLEAR_REST_OF_LINE);
                break;
            }
            drawn.append(fitting(frame.substring(start, end), size[1]))
                    .append(CLEAR_REST_OF_LINE)
                    .append('\n');
            start = end + 1;
        }
        return drawn.append(CLEAR_BELOW).toString();
    }

    /** A painted line is left as it is: cutting could lose the end of a colour. */
    private static String fitting(String line, int columns) {
        return line.indexOf('\u001b') >= 0 ? line : Text.cut(line, columns);
    }

    private void showCursor() {
        try {
            out.append(SHOW_CURSOR);
            out.flush();
        } catch (IOException | OutputClosedException nobodyLooks) {
            // then nobody misses the cursor
        }
    }
}
