package io.shm.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes: {@code 1000}, {@code 64k}, {@code 64M}, {@code 4GiB}. Units are powers of 1024. */
public final class ByteSize implements ITypeConverter<Long> {
    private static final String ACCEPTED =
            "; a size is a whole number of bytes, or of k, M, G, T (1024 each): 1000, 64k, 64M, 4GiB";

    @Override
    public Long convert(String text) {
        return parse(text);
    }

    /** @throws TypeConversionException if it is none, or beyond 2^63-1; the message says what is accepted */
    public static long parse(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        int shift = shift(text.substring(digits));
        if (digits == 0 || shift < 0) {
            throw new TypeConversionException("'" + text + "' is not a size" + ACCEPTED);
        }
        try {
            return Math.multiplyExact(Long.parseLong(text.substring(0, digits)), 1L << shift);
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            throw new TypeConversionException("'" + text + "' is more than 2^63-1 bytes" + ACCEPTED);
        }
    }

    /** The power of two that a unit stands for, or -1. {@code MB} is refused: half of the world means 1,000,000. */
    private static int shift(String unit) {
        return switch (unit) {
            case "", "B" -> 0;
            case "k", "K", "Ki", "KiB", "kiB" -> 10;
            case "m", "M", "Mi", "MiB" -> 20;
            case "g", "G", "Gi", "GiB" -> 30;
            case "t", "T", "Ti", "TiB" -> 40;
            default -> -1;
        };
    }
}
