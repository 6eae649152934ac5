package io.shm.segment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of {@code /proc/PID/maps} about a file.
 *
 * @param range the addresses as the system writes them
 * @param length bytes
 * @param shared whether stores reach others
 * @param path with {@code (deleted)} after it where the name is gone
 */
record MapsLine(String range, long length, boolean shared, long offset, String device, long inode, String path) {
    private static final Pattern LINE = Pattern.compile(
            "(([0-9a-f]+)-([0-9a-f]+)) [r-][w-][x-]([sp]) ([0-9a-f]+) ([0-9a-f]+:[0-9a-f]+) (\\d+) +(/.*)");

    /** Those of files only. Fails where we may not look into the process. */
    static List<MapsLine> ofProcess(long pid) throws IOException {
        // A name may be in any encoding; as Latin-1 no byte is an error.
        return Files.readAllLines(Path.of("/proc/" + pid + "/maps"), StandardCharsets.ISO_8859_1).stream()
                .map(MapsLine::parse)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Null for a line about something else than a file. */
    static MapsLine parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return null;
        }
        long start = Long.parseUnsignedLong(matcher.group(2), 16);
        long end = Long.parseUnsignedLong(matcher.group(3), 16);
        return new MapsLine(
                matcher.group(1),
                end - start,
                matcher.group(4).equals("s"),
                Long.parseUnsignedLong(matcher.group(5), 16),
                matcher.group(6),
                Long.parseLong(matcher.group(7)),
                new String(matcher.group(8).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }
}
