package io.shm.cli.render;

import java.io.IOException;

/** Bytes as {@code hexdump -C} shows them: offset, sixteen bytes, and what of them is printable ASCII. */
public final class HexDump {
    private static final int PER_LINE = 16;

    private HexDump() {}

    /** A run of equal lines is shown once, then as {@code *}. */
    public static void write(byte[] bytes, long offset, Appendable to) throws IOException {
        int digits = Math.max(8, Long.toHexString(offset + bytes.length).length());
        boolean skipping = false;
        for (int start = 0; start < bytes.length; start += PER_LINE) {
            int end = Math.min(start + PER_LINE, bytes.length);
            boolean last = end == bytes.length;
            if (!last && start > 0 && java.util.Arrays.equals(bytes, start - PER_LINE, start, bytes, start, end)) {
                if (!skipping) {
                    to.append("*\n");
                    skipping = true;
                }
                continue;
            }
            skipping = false;
            to.append(line(bytes, start, end, offset + start, digits)).append('\n');
        }
    }

    private static StringBuilder line(byte[] bytes, int start, int end, long offset, int digits) {
        StringBuilder line = new StringBuilder(80);
        Text.hex(offset, digits, line);
        line.append(' ');
        for (int i = start; i < start + PER_LINE; i++) {
            line.append(i == start + PER_LINE / 2 ? "  " : " ");
            if (i < end) {
                Text.hex(bytes[i] & 0xff, 2, line);
            } else {
                line.append("  ");
            }
        }
        line.append("  |");
        for (int i = start; i < end; i++) {
            line.append(bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char) bytes[i] : '.');
        }
        return line.append('|');
    }
}
