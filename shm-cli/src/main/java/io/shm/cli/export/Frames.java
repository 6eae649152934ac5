package io.shm.cli.export;

import io.shm.cli.render.Text;
import io.shm.inspect.BlockRow;
import io.shm.inspect.ProcessInfo;
import io.shm.inspect.SiteInfo;
import java.util.List;

/** Where in the code a block was allocated, and for whom, as profilers name it. */
public final class Frames {
    private Frames() {}

    /** The innermost first: the whole stack where one was taken, else the site. */
    public static List<SiteInfo> of(BlockRow block) {
        return block.stack().isEmpty() ? List.of(block.site()) : block.stack();
    }

    /** {@code com.acme.Send.add:41}. */
    public static String text(SiteInfo frame) {
        String line = frame.line() > 0 ? ":" + frame.line() : "";
        return function(frame) + line;
    }

    /** {@code com.acme.Send.add}. */
    public static String function(SiteInfo frame) {
        if (frame.className().isEmpty()) {
            return "(unknown)";
        }
        return Text.safe(frame.className() + (frame.method().isEmpty() ? "" : "." + frame.method()));
    }

    /** Whose a block is: {@code order-gw 4711}. */
    public static String process(BlockRow block) {
        ProcessInfo process = block.owner() != null ? block.owner() : block.allocatedBy();
        if (process == null || (process.pid() == 0 && process.name().isEmpty())) {
            return "(nobody)";
        }
        return (Text.safe(process.name()) + " " + process.pid()).strip();
    }
}
