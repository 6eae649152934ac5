package io.shm.cli.command;

import io.shm.RegionOptions;
import picocli.CommandLine.TypeConversionException;

/**
 * A pool as typed: {@code packet:64x1000}, or {@code 64x1000} for blocks of any tag.
 *
 * @param tag null for any
 */
record PoolSpec(String tag, long blockSize, long count) {
    /** @throws UsageException if it is none; the message says what is accepted */
    static PoolSpec parse(String text) {
        int colon = text.lastIndexOf(':');
        int times = text.indexOf('x', colon + 1);
        if (times < 0 || colon == 0) {
            throw new UsageException("--pool '" + text + "' is not [TAG:]SIZExCOUNT, like packet:64x1000 or 4kx100");
        }
        try {
            long blockSize = ByteSize.parse(text.substring(colon + 1, times));
            long count = Place.parse(text.substring(times + 1));
            if (blockSize == 0 || count == 0) {
                throw new UsageException("--pool '" + text + "' has no blocks: size and count start at 1");
            }
            return new PoolSpec(colon < 0 ? null : text.substring(0, colon), blockSize, count);
        } catch (TypeConversionException e) {
            throw new UsageException("--pool '" + text + "': " + e.getMessage(), e);
        }
    }

    RegionOptions addTo(RegionOptions options) {
        return tag == null ? options.pool(blockSize, count) : options.pool(tag, blockSize, count);
    }

    /** @throws UsageException if it is not {@code TAG:SIZE} */
    static RegionOptions addBudget(String text, RegionOptions options) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new UsageException("--budget '" + text + "' is not TAG:SIZE, like packet:1M");
        }
        try {
            return options.budget(text.substring(0, colon), ByteSize.parse(text.substring(colon + 1)));
        } catch (TypeConversionException e) {
            throw new UsageException("--budget '" + text + "': " + e.getMessage(), e);
        }
    }

    /** @throws UsageException if these are no permissions */
    static int octal(String mode) {
        try {
            int bits = Integer.parseInt(mode, 8);
            if (bits >= 0 && bits <= 0777 && mode.charAt(0) != '+') {
                return bits;
            }
        } catch (NumberFormatException notOctal) {
            // said below
        }
        throw new UsageException("--mode '" + mode + "' is not a mode; it is octal, 000 to 777, like 600 or 660");
    }
}
