package io.shm.cli.export;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a trace of the C library strictly: what its script would pass over in silence is an error here. */
record MtraceReading(Map<Long, Allocated> notFreed) {
    private static final Pattern LINE =
            Pattern.compile("@ ([^\\s\\[\\]]+) (?:\\+ (0x[0-9a-f]+) (0x[1-9a-f][0-9a-f]*)|- (0x[0-9a-f]+))");

    record Allocated(String site, long size) {}

    static MtraceReading of(String text) {
        List<String> lines = text.lines().toList();
        if (!text.endsWith("\n")
                || !lines.get(0).equals("= Start")
                || !lines.get(lines.size() - 1).equals("= End")) {
            throw new AssertionError("no beginning or no end: " + text);
        }
        Map<Long, Allocated> blocks = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size() - 1)) {
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw new AssertionError("not a line of a trace: " + line);
            }
            if (parts.group(4) != null) {
                if (blocks.remove(Long.decode(parts.group(4))) == null) {
                    throw new AssertionError("freed and not allocated: " + line);
                }
            } else if (blocks.put(
                            Long.decode(parts.group(2)), new Allocated(parts.group(1), Long.decode(parts.group(3))))
                    != null) {
                throw new AssertionError("allocated twice: " + line);
            }
        }
        return new MtraceReading(blocks);
    }
}
