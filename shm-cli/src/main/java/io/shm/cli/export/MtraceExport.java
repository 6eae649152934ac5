package io.shm.cli.export;

import io.shm.inspect.BlockRow;
import java.io.IOException;

/**
 * A trace as the C library's {@code mtrace()} writes it, for the script of that name: a line {@code @ site + address size}
 * for every block in use, as if it had been allocated and not freed.
 */
public final class MtraceExport extends BlockExport {
    private final Appendable to;

    public MtraceExport(Appendable to) throws IOException {
        this.to = to;
        to.append("= Start\n");
    }

    @Override
    protected void write(BlockRow block) throws IOException {
        to.append("@ ")
                .append(word(block.site().toString()))
                .append(" + 0x")
                .append(Long.toHexString(block.offset()))
                .append(" 0x")
                .append(Long.toHexString(block.size()))
                .append('\n');
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
