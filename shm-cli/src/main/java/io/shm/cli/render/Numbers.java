package io.shm.cli.render;

import java.time.Duration;

/** Numbers for people. Written by hand because {@code String.format} alone costs 30 ms of a start. */
public final class Numbers {
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Numbers() {}

    /** With separators: {@code 1,234,567}. */
    public static String grouped(long value) {
        String digits = Long.toString(value);
        int sign = value < 0 ? 1 : 0;
        int length = digits.length() - sign;
        if (length <= 3) {
            return digits;
        }
        StringBuilder to = new StringBuilder(digits.length() + length / 3);
        to.append(digits, 0, sign);
        for (int i = 0; i < length; i++) {
            if (i > 0 && (length - i) % 3 == 0) {
                to.append(',');
            }
            to.append(digits.charAt(sign + i));
        }
        return to.toString();
    }

    /** Exact below a million bytes, {@code 64 MiB} or {@code 1.5 GiB} above. */
    public static String size(long bytes) {
        if (bytes < 1_000_000) {
            return grouped(bytes);
        }
        int unit = Math.min((63 - Long.numberOfLeadingZeros(bytes)) / 10, UNITS.length);
        long one = 1L << (unit * 10);
        long tenths = (bytes / one) * 10 + ((bytes % one) * 5 + one / 4) / (one / 2);
        if (tenths >= 10_240 && unit < UNITS.length) {
            tenths = 10;
            unit++;
        }
        String text = Long.toString(tenths / 10);
        if (tenths % 10 != 0) {
            text = text + "." + tenths % 10;
        }
        return text + " " + UNITS[unit - 1];
    }

    /** A size in a sentence: {@code 1,000 bytes}, {@code 1 byte}, {@code 64 MiB}. */
    public static String sizeInWords(long bytes) {
        return bytes < 1_000_000 ? counted(bytes, "byte") : size(bytes);
    }

    /** A number with its noun: {@code 1 block}, {@code 2 blocks}, {@code 3 processes}. */
    public static String counted(long count, String noun) {
        String plural = noun.endsWith("s") ? noun + "es" : noun + "s";
        return grouped(count) + " " + (count == 1 ? noun : plural);
    }

    /** Of a total, one digit behind the point: {@code 12.5%}; a part too small to show is {@code <0.1%}. */
    public static String percent(long part, long total) {
        if (total <= 0) {
            return "";
        }
        long permille = Math.round(1000.0 * part / total);
        if (permille == 0 && part > 0) {
            return "<0.1%";
        }
        return permille / 10 + "." + permille % 10 + "%";
    }

    /** With one digit behind the point: {@code 29.1}. */
    public static String tenths(double value) {
        long tenths = Math.round(value * 10);
        return grouped(tenths / 10) + "." + Math.abs(tenths % 10);
    }

    /** The two largest units: {@code 850ms}, {@code 42s}, {@code 6m12s}, {@code 2h01m}, {@code 3d04h}. */
    public static String age(Duration age) {
        long seconds = age.toSeconds();
        if (age.isNegative()) {
            return "0s";
        }
        if (seconds == 0) {
            return age.toMillis() == 0 ? "0s" : age.toMillis() + "ms";
        }
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return two(seconds / 60, "m", seconds % 60, "s");
        }
        if (seconds < 86_400) {
            return two(seconds / 3600, "h", seconds / 60 % 60, "m");
        }
        return two(seconds / 86_400, "d", seconds / 3600 % 24, "h");
    }

    private static String two(long major, String majorUnit, long minor, String minorUnit) {
        return major + majorUnit + (minor < 10 ? "0" : "") + minor + minorUnit;
    }

    /** File permissions as {@code chmod} takes them, four digits: {@code 0600}. */
    public static String mode(int mode) {
        String octal = Integer.toOctalString(mode & 07777);
        return "0000".substring(octal.length()) + octal;
    }

    public static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
