package io.shm.cli.export;

import io.shm.inspect.BlockRow;
import io.shm.inspect.SiteInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collapsed stacks, for flame graphs: a line {@code process;tag;outer;inner bytes} for each stack. Blocks without a
 * stack of their own have the line of code as their only frame.
 */
public final class CollapsedExport extends BlockExport {
    private final Appendable to;
    private final boolean counted;
    private final Map<String, Long> stacks = new TreeMap<>();

    /** @param counted whether blocks are counted, and not their bytes */
    public CollapsedExport(Appendable to, boolean counted) {
        this.to = to;
        this.counted = counted;
    }

    @Override
    protected void write(BlockRow block) {
        stacks.merge(stack(block), counted ? 1 : block.size(), Long::sum);
    }

    private static String stack(BlockRow block) {
        StringBuilder stack = new StringBuilder(frame(Frames.process(block)));
        if (!block.tag().isEmpty()) {
            stack.append(";[").append(frame(block.tag())).append(']');
        }
        List<SiteInfo> frames = new ArrayList<>(Frames.of(block));
        Collections.reverse(frames);
        for (SiteInfo frame : frames) {
            stack.append(';').append(frame(Frames.text(frame)));
        }
        return stack.toString();
    }

    /** A semicolon would be two frames, and a line's end two stacks. */
    private static String frame(String text) {
        return io.shm.cli.render.Text.safe(text).replace(';', ',');
    }

    @Override
    public void finish() throws IOException {
        for (Map.Entry<String, Long> stack : stacks.entrySet()) {
            to.append(stack.getKey())
                    .append(' ')
                    .append(stack.getValue().toString())
                    .append('\n');
        }
    }
}
