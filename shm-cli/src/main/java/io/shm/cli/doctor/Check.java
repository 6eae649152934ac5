package io.shm.cli.doctor;

/**
 * One thing that was looked at.
 *
 * @param found what is there
 * @param advice what to do about it; empty when all is well
 */
public record Check(Verdict verdict, String subject, String found, String advice) {
    /** {@code FAIL} keeps regions from working; {@code WARN} will hurt somebody some day. */
    public enum Verdict {
        OK,
        WARN,
        FAIL
    }

    static Check ok(String subject, String found) {
        return new Check(Verdict.OK, subject, found, "");
    }

    static Check warn(String subject, String found, String advice) {
        return new Check(Verdict.WARN, subject, found, advice);
    }

    static Check fail(String subject, String found, String advice) {
        return new Check(Verdict.FAIL, subject, found, advice);
    }
}
