package io.shm.inspect;

import java.util.HashSet;
import java.util.Set;

/**
 * Where the replay of a region's trace and its ledger differ: places that are in use by the one and not by the other.
 *
 * @param onlyTold freed, and not told
 * @param onlyLive allocated, and not told
 */
public record ToldAndLive(Set<Long> onlyTold, Set<Long> onlyLive) {
    public static ToldAndLive of(Inspector inspector, EventsLook look) {
        Set<Long> live = new HashSet<>();
        inspector.blocks(row -> row.offset() != look.offset(), row -> live.add(row.offset()));
        Set<Long> told = new HashSet<>();
        for (EventRow begin : Replay.of(look.events()).live()) {
            told.add(begin.offset());
        }
        Set<Long> onlyTold = new HashSet<>(told);
        onlyTold.removeAll(live);
        live.removeAll(told);
        return new ToldAndLive(onlyTold, live);
    }
}
