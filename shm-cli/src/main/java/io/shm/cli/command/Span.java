package io.shm.cli.command;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1d}, {@code 1h30m}; a bare number is seconds. */
public final class Span implements ITypeConverter<Duration> {
    private static final String ACCEPTED = "; a duration is like 500ms, 30s, 5m, 2h, 1d or 1h30m";

    @Override
    public Duration convert(String text) {
        return parse(text);
    }

    /** @throws TypeConversionException if it is none; the message says what is accepted */
    public static Duration parse(String text) {
        try {
            Duration sum = Duration.ZERO;
            int at = 0;
            while (at < text.length()) {
                int unit = at;
                while (unit < text.length() && Character.digit(text.charAt(unit), 10) >= 0) {
                    unit++;
                }
                int end = unit;
                while (end < text.length() && Character.isLetter(text.charAt(end))) {
                    end++;
                }
                if (end == at) {
                    throw refused(text);
                }
                sum = sum.plus(part(Long.parseLong(text.substring(at, unit)), text.substring(unit, end), text));
                at = end;
            }
            if (text.isEmpty()) {
                throw refused(text);
            }
            return sum;
        } catch (NumberFormatException | ArithmeticException e) {
            throw refused(text);
        }
    }

    private static Duration part(long count, String unit, String text) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(count);
            case "", "s" -> Duration.ofSeconds(count);
            case "m", "min" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            default -> throw refused(text);
        };
    }

    private static TypeConversionException refused(String text) {
        return new TypeConversionException("'" + text + "' is not a duration" + ACCEPTED);
    }
}
