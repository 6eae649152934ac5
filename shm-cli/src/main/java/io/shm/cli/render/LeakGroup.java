package io.shm.cli.render;

import io.shm.inspect.ProcessInfo;
import io.shm.inspect.SiteInfo;
import java.time.Instant;
import java.util.List;

/**
 * Blocks of one kind, site, tag, owner and scope.
 *
 * @param kind of leak; of blocks that are none their state
 * @param oldest when the first of them was allocated, newest the last; null where that was not noted
 * @param note why, in words; empty where the kind says all
 * @param offsets of the first of them, in the order of the region
 */
public record LeakGroup(
        String kind,
        SiteInfo site,
        String tag,
        ProcessInfo owner,
        String scope,
        String note,
        long blocks,
        long bytes,
        Instant oldest,
        Instant newest,
        List<Long> offsets) {}
