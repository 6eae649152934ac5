package io.shm.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static final long HERE = 0x1000;
    private static final long THERE = 0x2000;

    private final List<EventRow> events = new ArrayList<>();

    private void event(String kind, long offset, long handle) {
        event(kind, offset, handle, false);
    }

    private void event(String kind, long offset, long handle, boolean withheld) {
        event(0, 0, kind, offset, handle, withheld);
    }

    private void event(int ring, long ms, String kind, long offset, long handle) {
        event(ring, ms, kind, offset, handle, false);
    }

    private void event(int ring, long ms, String kind, long offset, long handle, boolean withheld) {
        SiteInfo site = new SiteInfo("", "", "", 0);
        Instant at = Instant.ofEpochMilli(ms);
        events.add(new EventRow(ring, events.size(), kind, at, null, 1, offset, handle, 10, "", site, 0, "", withheld));
    }

    private List<String> steps() {
        return Replay.stepsOf(Replay.of(events).ended()).stream()
                .map(row -> row.kind() + " " + row.handle())
                .toList();
    }

    private List<Long> live() {
        return Replay.of(events).live().stream().map(EventRow::handle).toList();
    }

    @Test
    void aLifeIsTheBeginningAndTheEndOfOneHandle() {
        event("allocated", HERE, 1);
        event("allocated", THERE, 2);
        event("freed", THERE, 2);
        event("freed", HERE, 1);
        event("allocated", HERE, 3);
        assertThat(steps()).containsExactly("allocated 1", "allocated 2", "freed 2", "freed 1");
        assertThat(live()).containsExactly(3L);
    }

    @Test
    void livesOfAPlaceAlternateInWhateverOrderTheyWereTold() {
        event("freed", HERE, 1);
        event("allocated", HERE, 2);
        event("allocated", HERE, 1);
        event("allocated", HERE, 3);
        event("freed", HERE, 3);
        event("freed", HERE, 2);
        assertThat(steps())
                .containsExactly("allocated 2", "freed 2", "allocated 1", "freed 1", "allocated 3", "freed 3");
        assertThat(live()).isEmpty();
    }

    @Test
    void whatWasTakenEndsUnderItsLaterHandle() {
        event("allocated", HERE, 1);
        event("published", HERE, 1);
        event("taken", HERE, 2);
        event("freed", HERE, 2);
        event("allocated", HERE, 3);
        assertThat(steps()).containsExactly("allocated 1", "freed 2");
        assertThat(live()).containsExactly(3L);
    }

    @Test
    void whatHasNoBeginningOrEndsTwiceIsLeftOut() {
        event("reclaimed", THERE, 9);
        event("allocated", HERE, 1);
        event("freed", HERE, 1);
        event("reclaimed", HERE, 1);
        event("allocated", HERE, 2);
        assertThat(steps()).containsExactly("allocated 1", "freed 1");
        assertThat(live()).containsExactly(2L);
    }

    @Test
    void aBlockOfOneThatDiedBeforeItToldIsNotTheNextOneThere() {
        event("allocated", HERE, 1);
        event("freed", HERE, 1);
        event("reclaimed", HERE, 2);
        event("reclaimed", HERE, 3, true);
        event("allocated", HERE, 4);
        assertThat(live()).containsExactly(4L);
    }

    @Test
    void whoDiedWhenItHadJustTakenABlockHadItAllTheSame() {
        event("allocated", HERE, 1);
        event("published", HERE, 1);
        event("reclaimed", HERE, 2);
        event("allocated", THERE, 3);
        event("published", THERE, 3);
        event("reclaimed", THERE, 4, true);
        assertThat(steps()).containsExactly("allocated 1", "reclaimed 2");
        assertThat(live()).containsExactly(3L);
    }

    @Test
    void theEndOfWhatWasAllocatedBeforeTheTraceIsNotThatOfTheNextOneThere() {
        event("taken", HERE, 2);
        event("freed", HERE, 2);
        event("allocated", HERE, 3);
        event("taken", THERE, 5);
        event("freed", THERE, 5);
        event("allocated", THERE, 6);
        event("published", THERE, 6);
        assertThat(steps()).isEmpty();
        assertThat(live()).containsExactly(3L, 6L);
    }

    @Test
    void theEndOfALostBeginningLeavesAllLaterLivesAsTheyAre() {
        event("freed", HERE, 2);
        event("allocated", HERE, 3);
        event("freed", HERE, 3);
        event("allocated", HERE, 4);
        assertThat(steps()).containsExactly("allocated 3", "freed 3");
        assertThat(live()).containsExactly(4L);
    }

    @Test
    void theEndOfALostBeginningIsNotThatOfWhatAnotherProcessPutThereLater() {
        event(1, 100, "freed", HERE, 2);
        event(1, 110, "resized", THERE, 9);
        event(0, 120, "allocated", HERE, 3);
        event(0, 120, "published", HERE, 3);
        event(1, 5000, "freed", THERE, 2);
        event(0, 6010, "allocated", THERE, 4);
        event(0, 6010, "published", THERE, 4);
        assertThat(steps()).isEmpty();
        assertThat(live()).containsExactly(3L, 4L);
    }

    @Test
    void anEndIsToldTooEarlyWhereTheClockOfItsProcessStoodStill() {
        event(1, 100, "taken", HERE, 2);
        event(1, 100, "freed", HERE, 2);
        event(0, 150, "allocated", HERE, 1);
        event(0, 150, "published", HERE, 1);
        event(1, 160, "taken", THERE, 5);
        event(1, 160, "freed", THERE, 5);
        event(0, 900, "allocated", THERE, 4);
        event(0, 900, "published", THERE, 4);
        assertThat(steps()).containsExactly("allocated 1", "freed 2", "allocated 4", "freed 5");
        assertThat(live()).isEmpty();
    }

    @Test
    void anEndThatCanBeOfOneLifeOnlyIsOfThatOne() {
        event(1, 100, "taken", HERE, 2);
        event(1, 100, "freed", HERE, 2);
        event(0, 105, "allocated", HERE, 1);
        event(0, 105, "published", HERE, 1);
        event(0, 105, "taken", HERE, 4);
        event(0, 105, "freed", HERE, 4);
        event(0, 105, "allocated", HERE, 3);
        event(0, 105, "published", HERE, 3);
        assertThat(steps()).containsExactly("allocated 1", "freed 4", "allocated 3", "freed 2");
        assertThat(live()).isEmpty();
    }

    @Test
    void whoGaveABlockAwayNeedNotHaveLivedToSaySo() {
        event(0, 100, "allocated", HERE, 1);
        event(1, 100, "taken", HERE, 2);
        event(1, 100, "freed", HERE, 2);
        event(0, 110, "allocated", HERE, 3);
        assertThat(steps()).containsExactly("allocated 1", "freed 2");
        assertThat(live()).containsExactly(3L);
    }

    @Test
    void otherEventsAndNoneAtAllAreNoLives() {
        assertThat(live()).isEmpty();
        event("resized", HERE, 1);
        event("fault", HERE, 1);
        event("", 0, 0);
        assertThat(steps()).isEmpty();
        assertThat(live()).isEmpty();
    }
}
