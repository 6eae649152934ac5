package io.shm.cli.export;

import io.shm.cli.render.Owners;
import io.shm.cli.render.Text;
import io.shm.inspect.BlockRow;
import io.shm.inspect.ProcessInfo;
import java.io.IOException;
import java.util.List;

/**
 * Comma-separated values as RFC 4180 has them: a head, and a line for every block. Text that a spreadsheet would take for
 * a formula has an apostrophe before it; control characters are escaped.
 */
public final class CsvExport extends BlockExport {
    static final List<String> HEAD = List.of(
            "offset",
            "handle",
            "state",
            "size",
            "real_size",
            "tag",
            "pid",
            "process",
            "process_state",
            "allocated_by_pid",
            "allocated_by",
            "thread",
            "class",
            "method",
            "file",
            "line",
            "since",
            "change",
            "changed",
            "generation",
            "pinned",
            "secret",
            "cell",
            "held_in");

    private final Appendable to;
    private boolean started;

    public CsvExport(Appendable to) throws IOException {
        this.to = to;
        for (String name : HEAD) {
            text(name);
        }
        end();
    }

    @Override
    protected void write(BlockRow block) throws IOException {
        ProcessInfo owner = block.owner();
        number(block.offset());
        number(block.handle());
        text(block.state());
        number(block.size());
        number(block.realSize());
        text(block.tag());
        text(owner == null ? "" : Integer.toString(owner.pid()));
        text(owner == null ? "" : owner.name());
        text(owner == null ? "" : Owners.state(owner.state()));
        text(
                block.allocatedBy() == null
                        ? ""
                        : Integer.toString(block.allocatedBy().pid()));
        text(block.allocatedBy() == null ? "" : block.allocatedBy().name());
        number(block.thread());
        text(block.site().className());
        text(block.site().method());
        text(block.site().file());
        text(block.site().line() > 0 ? Integer.toString(block.site().line()) : "");
        text(block.since() == null ? "" : block.since().toString());
        text(block.change());
        text(block.changed() == null ? "" : block.changed().toString());
        number(block.generation());
        text(Boolean.toString(block.pinned()));
        text(Boolean.toString(block.secret()));
        text(block.cell() == 0 ? "" : Long.toString(block.cell()));
        text(block.heldIn());
        end();
    }

    private void number(long value) throws IOException {
        separate();
        to.append(Long.toString(value));
    }

    private void text(String any) throws IOException {
        separate();
        String text = Text.safe(any);
        if (!text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0) {
            text = "'" + text;
        }
        if (text.indexOf(',') >= 0 || text.indexOf('"') >= 0 || !text.strip().equals(text)) {
            to.append('"').append(text.replace("\"", "\"\"")).append('"');
        } else {
            to.append(text);
        }
    }

    private void separate() throws IOException {
        if (started) {
            to.append(',');
        }
        started = true;
    }

    private void end() throws IOException {
        to.append("\r\n");
        started = false;
    }
}
