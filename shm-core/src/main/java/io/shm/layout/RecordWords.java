package io.shm.layout;

/**
 * The packed words of a record's body.
 *
 * <pre>
 * SIZE     63 size (40) 24 | 23 tag (12) 12 | 11 type (12) 0
 * ORIGIN   63 site (24) 40 | 39 stack (24) 16 | 15 flags (16) 0
 * BORN     63 time (40) 24 | 23 scope (24) 0
 * BY       63 process (24) 40 | 39 thread (40) 0
 * CHANGED  63 process (24) 40 | 39 site (24) 16 | 15 action (16) 0
 * SEAL     63 changed time (40) 24 | 23 checksum (24) 0
 *
 * size      requested bytes
 * tag, site indexes of the tag and site tables
 * time      milliseconds since the region was created: 34 years
 * process   id of the process history, 1 to 2^24 - 1; 0 for none, or a reclaimer that has not joined yet
 * thread    Java thread id, modulo 2^40
 * checksum  of ORIGIN, BORN and BY, which never change during a life, and of the record's place
 * </pre>
 */
public final class RecordWords {
    public static final long SIZE_LIMIT = 1L << 40;
    public static final int TAG_LIMIT = 1 << 12;
    public static final int TYPE_LIMIT = 1 << 12;
    public static final int SITE_LIMIT = 1 << 24;
    public static final int PROCESS_MASK = (1 << 24) - 1;
    public static final long TIME_MASK = (1L << 40) - 1;

    /** Flag: the payload is zeroed before the block is free again. */
    public static final int SECRET = 1;
    /** Flag: meant to stay, never reported as a leak. */
    public static final int PINNED = 2;
    /** Flag: allocated at level off, and in no totals; so its end is in none either. */
    public static final int UNCOUNTED = 4;
    /** Bits 4 to 7 of the flags: the binary logarithm of the payload's alignment, 0 for the natural 16. */
    public static final int ALIGNMENT_SHIFT = 4;

    private static final long THREAD_MASK = (1L << 40) - 1;
    private static final int CHECKSUM_MASK = (1 << 24) - 1;

    public static long size(long size, int tag, int type) {
        return (size << 24) | ((long) tag << 12) | type;
    }

    public static long sizeOf(long sizeWord) {
        return sizeWord >>> 24;
    }

    public static int tagOf(long sizeWord) {
        return (int) (sizeWord >>> 12) & 0xfff;
    }

    public static int typeOf(long sizeWord) {
        return (int) sizeWord & 0xfff;
    }

    public static long origin(int site, int stack, int flags) {
        return ((long) site << 40) | ((long) stack << 16) | flags;
    }

    public static int siteOf(long originWord) {
        return (int) (originWord >>> 40);
    }

    public static int stackOf(long originWord) {
        return (int) (originWord >>> 16) & 0xffffff;
    }

    public static int flagsOf(long originWord) {
        return (int) originWord & 0xffff;
    }

    /** The payload's alignment in bytes, from a record's flags: at least 16. */
    public static int alignmentOf(long originWord) {
        return Math.max(16, 1 << ((flagsOf(originWord) >>> ALIGNMENT_SHIFT) & 0xf));
    }

    public static long born(long timeMs, int scope) {
        return (timeMs << 24) | (scope & 0xffffff);
    }

    public static long timeOf(long bornOrSealWord) {
        return bornOrSealWord >>> 24;
    }

    public static int scopeOf(long bornWord) {
        return (int) bornWord & 0xffffff;
    }

    public static long by(int process, long thread) {
        return ((long) process << 40) | (thread & THREAD_MASK);
    }

    public static int processOf(long byOrChangedWord) {
        return (int) (byOrChangedWord >>> 40);
    }

    public static long threadOf(long byWord) {
        return byWord & THREAD_MASK;
    }

    public static long changed(int process, int site, int action) {
        return ((long) process << 40) | ((long) site << 16) | action;
    }

    public static int changedSiteOf(long changedWord) {
        return (int) (changedWord >>> 16) & 0xffffff;
    }

    public static int actionOf(long changedWord) {
        return (int) changedWord & 0xffff;
    }

    public static long seal(long changedTimeMs, int checksum) {
        return (changedTimeMs << 24) | checksum;
    }

    public static int checksumOf(long sealWord) {
        return (int) sealWord & CHECKSUM_MASK;
    }

    /** Of the words of a life that do not change; the record's place is in it, so that a copied record does not pass. */
    public static int checksum(long recordAt, long origin, long born, long by) {
        long mixed = (origin * 0x9E3779B97F4A7C15L) ^ Long.rotateLeft(born * 0xC2B2AE3D27D4EB4FL, 31) ^ by ^ recordAt;
        return (int) ((mixed * 0x9E3779B97F4A7C15L) >>> 40);
    }

    private RecordWords() {}
}
