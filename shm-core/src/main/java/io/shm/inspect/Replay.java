package io.shm.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the events of a trace come to: lives of blocks that have ended, and those that go on.
 *
 * <p>Lives of a place alternate. So it does not matter that events of different threads are not quite in order: a life is
 * the beginning and the end of one handle, and where a block got another handle on its way, the earliest that has no end
 * yet. Of a complete trace {@link #live} is the ledger's live set, whatever happened in between, except that who was killed
 * may have freed a block, at most one in each of its threads, and not have said so any more.
 *
 * <p>Any events are accepted, also those of a trace of which much was written over: what has no beginning is left out.
 */
public final class Replay {
    private final List<Life> ended;
    private final List<EventRow> live;

    /**
     * A block's way from its allocation to its end.
     *
     * @param beganAt, endedAt places in the order of all beginnings and ends; at one place of the region each life ends before
     *     the next begins, though the events may tell it otherwise
     */
    public record Life(EventRow begin, int beganAt, EventRow end, int endedAt) {}

    private Replay(List<Life> ended, List<EventRow> live) {
        this.ended = ended;
        this.live = live;
    }

    /** @param events as {@link EventsLook} has them */
    public static Replay of(List<EventRow> events) {
        Set<Long> ends = new HashSet<>();
        Set<Long> taken = new HashSet<>();
        Map<Long, Place> places = new LinkedHashMap<>();
        for (int i = 0; i < events.size(); i++) {
            EventRow event = events.get(i);
            switch (event.kind()) {
                case "allocated" -> placeOf(places, event).begins.put(event.handle(), new Step(event, i));
                case "published" -> placeOf(places, event).published.add(event.handle());
                case "taken" -> taken.add(event.handle());
                case "freed", "reclaimed" -> {
                    // Who died while it freed a block may have said so, and whoever settles it says so again.
                    if (ends.add(event.handle())) {
                        placeOf(places, event).ends.add(new Step(event, i));
                    }
                }
                default -> {
                    // Changes nothing of which blocks there are.
                }
            }
        }
        List<Life> ended = new ArrayList<>();
        List<EventRow> live = new ArrayList<>();
        places.values().forEach(place -> place.pair(taken, ended, live));
        return new Replay(ended, live);
    }

    private static Place placeOf(Map<Long, Place> places, EventRow event) {
        return places.computeIfAbsent(event.offset(), offset -> new Place());
    }

    /** Those of a place in their order. */
    public List<Life> ended() {
        return ended;
    }

    /** The beginnings of those that have no end; at most one a place, as the places are what is sure. */
    public List<EventRow> live() {
        return live;
    }

    /** Beginnings and ends of lives, in order. */
    public static List<EventRow> stepsOf(List<Life> lives) {
        List<Step> steps = new ArrayList<>();
        for (Life life : lives) {
            steps.add(new Step(life.begin(), life.beganAt()));
            steps.add(new Step(life.end(), life.endedAt()));
        }
        // Stable: where an end was told after the next beginning, both have its number.
        steps.sort(Comparator.comparingInt(Step::at));
        return steps.stream().map(Step::event).toList();
    }

    /** An event, and when it comes. */
    private record Step(EventRow event, int at) {}

    /** What was told of one place. */
    private static final class Place {
        private final Map<Long, Step> begins = new LinkedHashMap<>();
        private final List<Step> ends = new ArrayList<>();
        private final Set<Long> published = new HashSet<>();

        void pair(Set<Long> taken, List<Life> ended, List<EventRow> live) {
            Map<Long, Step> endOf = new HashMap<>();
            List<Step> others = new ArrayList<>();
            for (Step end : ends) {
                if (begins.containsKey(end.event().handle())) {
                    endOf.put(end.event().handle(), end);
                } else if (!end.event().withheld() || taken.contains(end.event().handle())) {
                    others.add(end);
                }
                // Else it was of one that died before the block was one.
            }
            Set<Long> open = new LinkedHashSet<>(begins.keySet());
            open.removeAll(endOf.keySet());
            Set<Long> givenAway = new LinkedHashSet<>(open);
            givenAway.retainAll(published);
            for (Step end : others) {
                Set<Long> candidates = endsLaterHandle(end.event(), taken) ? open : givenAway;
                if (!candidates.isEmpty()) {
                    Long handle = candidates.iterator().next();
                    open.remove(handle);
                    givenAway.remove(handle);
                    endOf.put(handle, end);
                }
            }
            // Each end directly before the next beginning, at the latest: events of two threads may be out of order.
            int at = -1;
            for (Map.Entry<Long, Step> begin : begins.entrySet()) {
                Step end = endOf.get(begin.getKey());
                if (end != null) {
                    int beganAt = Math.max(at, begin.getValue().at());
                    at = Math.max(beganAt, end.at());
                    ended.add(new Life(begin.getValue().event(), beganAt, end.event(), at));
                }
            }
            Step last = null;
            for (Long handle : open) {
                last = begins.get(handle);
            }
            if (last != null) {
                live.add(last.event());
            }
        }

        /**
         * Who frees a block has told of its allocation or of how it came by it; so has who took one that is reclaimed. What is
         * reclaimed and was never told of is a block of one that died before it told, unless it died when it had just taken
         * what another gave away.
         */
        private static boolean endsLaterHandle(EventRow end, Set<Long> taken) {
            return end.kind().equals("freed") || taken.contains(end.handle());
        }
    }
}
