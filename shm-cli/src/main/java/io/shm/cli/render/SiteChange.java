package io.shm.cli.render;

import io.shm.inspect.SiteInfo;

/**
 * What a call site held at two times.
 *
 * @param bytesPerSecond by which it grew, 0 if it did not
 */
public record SiteChange(
        SiteInfo site, long blocksBefore, long blocks, long bytesBefore, long bytes, double bytesPerSecond) {
    public long blocksGrown() {
        return blocks - blocksBefore;
    }

    /** Bytes; negative if it shrank. */
    public long grown() {
        return bytes - bytesBefore;
    }
}
