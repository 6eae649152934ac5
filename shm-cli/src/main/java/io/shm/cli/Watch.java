package io.shm.cli;

import io.shm.cli.command.Globals;
import io.shm.cli.command.Terminal;
import io.shm.cli.render.Paint;
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
    /** The last frame did not fit, so the cursor stands at its end instead of below it. */
    private volatile boolean cutOff;

    private boolean left;

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
        Thread atEnd = new Thread(this::leave, "watch-end");
        if (inPlace) {
            Runtime.getRuntime().addShutdownHook(atEnd);
        }
        try {
            return repeat(tick);
        } finally {
            if (inPlace) {
                leave();
            }
        }
    }

    private int repeat(Tick tick) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        for (boolean first = true; ; first = false) {
            StringBuilder frame = new StringBuilder();
            tick.into(frame);
            if (inPlace) {
                out.append(first ? HIDE_CURSOR + CLEAR : "").append(drawn(frame.toString()));
            } else {
                out.append(first || globals.json ? "" : "\n").append(frame);
            }
            out.flush();
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
                drawn.append('…').append(CLEAR_REST_OF_LINE);
                cutOff = true;
                return drawn.toString();
            }
            drawn.append(Paint.cut(frame.substring(start, end), size[1]))
                    .append(CLEAR_REST_OF_LINE)
                    .append('\n');
            start = end + 1;
        }
        cutOff = false;
        return drawn.append(CLEAR_BELOW).toString();
    }

    /** Leaves the terminal as it was found, with the cursor below the last frame; once, whoever comes first. */
    private synchronized void leave() {
        if (left) {
            return;
        }
        left = true;
        try {
            out.append(cutOff ? "\n" : "").append(SHOW_CURSOR);
            out.flush();
        } catch (IOException | OutputClosedException nobodyLooks) {
            // then nobody misses the cursor
        }
    }
}
