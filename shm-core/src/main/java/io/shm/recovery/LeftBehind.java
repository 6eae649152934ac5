package io.shm.recovery;

import io.shm.heap.Tally;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Blocks of one site that a process holds, and would leave or has left to the region's policy.
 *
 * @param site the line that allocated them
 * @param bytes as requested
 */
public record LeftBehind(Site site, long blocks, long bytes) {
    /** What is held by site, most bytes first. */
    public static List<LeftBehind> of(Tally held, Sites sites) {
        List<LeftBehind> rows = new ArrayList<>();
        held.forEach((site, blocks, bytes) -> rows.add(new LeftBehind(sites.get(site), blocks, bytes)));
        rows.sort(Comparator.comparingLong(LeftBehind::bytes).reversed());
        return List.copyOf(rows);
    }
}
