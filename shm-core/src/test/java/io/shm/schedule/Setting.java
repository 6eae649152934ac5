package io.shm.schedule;

import java.util.SplittableRandom;

/**
 * What kind of region a schedule runs in.
 *
 * @param keeps the policy: what a dead one had is kept as orphans, for an operator or a listener
 * @param raw whether programs write over cells without a look
 * @param grows whether the region begins small
 */
record Setting(boolean keeps, boolean raw, boolean grows) {
    static final Setting PLAIN = new Setting(false, false, false);
    static final Setting KEEPS = new Setting(true, false, false);
    static final Setting RAW = new Setting(false, true, false);
    static final Setting GROWS = new Setting(false, false, true);

    /** Half of them plain, and of the others some several things at once. */
    static Setting any(SplittableRandom random) {
        return random.nextBoolean()
                ? PLAIN
                : new Setting(random.nextBoolean(), random.nextInt(3) == 0, random.nextInt(3) == 0);
    }
}
