package io.shm.inspect;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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
 * yet and can have begun before. Of a complete trace {@link #live} is the ledger's live set, whatever happened in between,
 * except that who was killed may have freed a block, at most one in each of its threads, and not have said so any more.
 *
 * <p>Any events are accepted, also those of a trace of which much was written over: what has no beginning is left out. But
 * where another process allocates and gives away a block there within one tick of its clock, the end may be taken for this
 * one's: which was first, nothing tells.
 */
public final class Replay {
    /** What the clock of a process may be late, besides what its next event shows. */
    private static final Duration LATE = Duration.ofSeconds(1);

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
        Instant[] latest = latest(events);
        for (int i = 0; i < events.size(); i++) {
            EventRow event = events.get(i);
            switch (event.kind()) {
                case "allocated" -> placeOf(places, event).begins.put(event.handle(), new Step(event, i, latest[i]));
                case "published" -> placeOf(places, event).published.add(event.handle());
                case "taken" -> taken.add(event.handle());
                case "freed", "reclaimed" -> {
                    // Who died while it freed a block may have said so, and whoever settles it says so again.
                    if (ends.add(event.handle())) {
                        placeOf(places, event).ends.add(new Step(event, i, latest[i]));
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

    /**
     * When each event was at the latest. A clock that stands still in a process tells of events too early, until it ticks: by
     * then they were.
     */
    private static Instant[] latest(List<EventRow> events) {
        Instant[] latest = new Instant[events.size()];
        Map<Integer, EventRow> next = new HashMap<>();
        Map<Integer, Instant> ticks = new HashMap<>();
        for (int i = events.size() - 1; i >= 0; i--) {
            EventRow event = events.get(i);
            EventRow after = next.put(event.ring(), event);
            if (after != null && after.at().isAfter(event.at())) {
                ticks.put(event.ring(), after.at());
            }
            Instant late = event.at().plus(LATE);
            Instant tick = ticks.getOrDefault(event.ring(), late);
            latest[i] = tick.isBefore(late) ? tick : late;
        }
        return latest;
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
            steps.add(new Step(life.begin(), life.beganAt(), life.begin().at()));
            steps.add(new Step(life.end(), life.endedAt(), life.end().at()));
        }
        // Stable: where an end was told after the next beginning, both have its number.
        steps.sort(Comparator.comparingInt(Step::at));
        return steps.stream().map(Step::event).toList();
    }

    /** An event, its place in their order, and when it was at the latest. */
    private record Step(EventRow event, int at, Instant latest) {
        /** Numbers of a ring are drawn in order; of two rings there are only the clocks of their processes. */
        boolean mayFollow(Step begin) {
            return event.ring() == begin.event.ring()
                    ? event.number() > begin.event.number()
                    : !begin.event.at().isAfter(latest);
        }
    }

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
            Map<Integer, List<Step>> openOfRings = new HashMap<>();
            for (Long handle : open) {
                Step begin = begins.get(handle);
                openOfRings
                        .computeIfAbsent(begin.event().ring(), ring -> new ArrayList<>())
                        .add(begin);
            }
            Map<Step, Integer> lastBefore = new HashMap<>();
            others.forEach(end -> lastBefore.put(end, lastBefore(end, openOfRings.values())));
            // Those first that can end the fewest lives, or one would take the only life that another can end.
            others.sort(Comparator.comparing(lastBefore::get));
            for (Step end : others) {
                int last = lastBefore.get(end);
                Long handle = first(givenAway, last);
                if (handle == null && endsLaterHandle(end.event(), taken)) {
                    // Whoever gave it away did not live to say so.
                    handle = first(open, Math.min(last, end.at()));
                }
                if (handle != null) {
                    open.remove(handle);
                    givenAway.remove(handle);
                    endOf.put(handle, end);
                }
                // Else its beginning is lost: a later life of the place is not its.
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
         * The place in all events of the last of these beginnings that may be before an end; -1 if none. Who gives a block
         * away has told of its allocation before, and whoever ends it has it later.
         */
        private static int lastBefore(Step end, Collection<List<Step>> beginsOfRings) {
            int last = -1;
            for (List<Step> begins : beginsOfRings) {
                int from = 0;
                int to = begins.size();
                while (from < to) {
                    int middle = (from + to) >>> 1;
                    if (end.mayFollow(begins.get(middle))) {
                        from = middle + 1;
                    } else {
                        to = middle;
                    }
                }
                last = Math.max(last, from == 0 ? -1 : begins.get(from - 1).at());
            }
            return last;
        }

        private Long first(Set<Long> handles, int last) {
            Long handle = handles.isEmpty() ? null : handles.iterator().next();
            return handle == null || begins.get(handle).at() > last ? null : handle;
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
