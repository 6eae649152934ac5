package io.shm.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an offset in a region, or a System V key: decimal, or hex with {@code 0x}. */
public final class Place implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        return parse(text);
    }

    /** @throws TypeConversionException if it is none, or beyond 2^63-1 */
    public static long parse(String text) {
        try {
            boolean hex = text.startsWith("0x") || text.startsWith("0X");
            long value = hex ? Long.parseLong(text.substring(2), 16) : Long.parseLong(text);
            if (value >= 0 && text.indexOf('+') < 0 && text.indexOf('-') < 0) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new TypeConversionException(
                "'" + text + "' is not a number; decimal or hex is accepted: 266240, 0x41000");
    }
}
