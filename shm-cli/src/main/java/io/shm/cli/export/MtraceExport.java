package io.shm.cli.export;

import io.shm.inspect.BlockRow;
import io.shm.inspect.EventRow;
import io.shm.inspect.SiteInfo;
import java.io.IOException;
import java.util.List;

/**
 * A trace as the C library's {@code mtrace()} writes it, for the script of that name: a line {@code @ site + address size}
 * for an allocation, {@code @ site - address} for a free. First come the blocks that were freed, as far as the region's
 * own trace has them, then every block in use, as not freed.
 */
public final class MtraceExport extends BlockExport {
    private final Appendable to;

    public MtraceExport(Appendable to) throws IOException {
        this.to = to;
        to.append("= Start\n");
    }

    /** Writes lives that have ended, before any block in use: beginnings and ends in their order. */
    public void ended(List<EventRow> steps) throws IOException {
        for (EventRow step : steps) {
            if (step.kind().equals("allocated")) {
                allocated(step.site(), step.offset(), step.size());
            } else {
                line(step.site(), '-', step.offset()).append('\n');
            }
        }
    }

    @Override
    protected void write(BlockRow block) throws IOException {
        allocated(block.site(), block.offset(), block.size());
    }

    private void allocated(SiteInfo site, long offset, long size) throws IOException {
        line(site, '+', offset).append(" 0x").append(Long.toHexString(size)).append('\n');
    }

    private Appendable line(SiteInfo site, char what, long offset) throws IOException {
        return to.append("@ ")
                .append(word(site.toString()))
                .append(' ')
                .append(what)
                .append(" 0x")
                .append(Long.toHexString(offset));
    }

    @Override
    public void finish() throws IOException {
        to.append("= End\n");
    }

    /** The script splits at blanks, and takes what stands in square brackets for an address. */
    static String word(String site) {
        StringBuilder word = new StringBuilder(site.length());
        site.codePoints().forEach(c -> {
            boolean isWritten = !Character.isWhitespace(c)
                    && !Character.isSpaceChar(c)
                    && !Character.isISOControl(c)
                    && Character.getType(c) != Character.SURROGATE;
            word.appendCodePoint(!isWritten ? '_' : c == '[' ? '(' : c == ']' ? ')' : c);
        });
        return word.length() == 0 ? "?" : word.toString();
    }
}
