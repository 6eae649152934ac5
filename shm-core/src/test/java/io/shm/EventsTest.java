package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.cell.Hold;
import io.shm.cell.Slot;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.heap.Event;
import io.shm.heap.EventListener;
import io.shm.inspect.EventCursor;
import io.shm.inspect.EventRow;
import io.shm.inspect.EventsLook;
import io.shm.inspect.Inspector;
import io.shm.inspect.Replay;
import io.shm.ledger.EventKind;
import io.shm.ledger.FaultKind;
import io.shm.ledger.Level;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listeners, and the flight recorder in the region. */
@Timeout(120)
class EventsTest {
    private static final Tag PACKET = Tag.of("packet");
    private static final Site RECEIVE = Site.of("com.acme.Rx", "poll", "Rx.java", 17);
    private static final Site RETURN = Site.of("com.acme.Rx", "done", "Rx.java", 23);

    private Region region;

    @BeforeEach
    void make() {
        region = Region.create(RegionOptions.anonymous().size(16 << 20).pool("packet", 64, 100));
    }

    @AfterEach
    void leave() {
        region.close();
    }

    private EventsLook look(EventCursor cursor) {
        try (Inspector inspector = Inspector.open(region.reference())) {
            return inspector.events(cursor);
        }
    }

    // ---------------------------------------------------------------- listeners

    @Test
    void aListenerIsToldOfEachKind() throws InterruptedException {
        ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();
        CountDownLatch fault = new CountDownLatch(1);
        region.listen(event -> {
            events.add(event);
            if (event.kind() == EventKind.FAULT) {
                fault.countDown();
            }
        });
        Slot mail = region.root("mail");

        Block packet = region.allocate(50, PACKET, RECEIVE);
        long handle = packet.handle();
        mail.publish(packet);
        Block taken = mail.take();
        taken.free(RETURN);
        assertThatThrownBy(() -> region.free(handle)).isInstanceOf(StaleHandleException.class);
        fault.await();

        assertThat(events)
                .extracting(Event::kind)
                .containsExactly(
                        EventKind.ALLOCATED, EventKind.PUBLISHED, EventKind.TAKEN, EventKind.FREED, EventKind.FAULT);
        List<Event> inOrder = List.copyOf(events);
        assertThat(inOrder.subList(0, 4)).allSatisfy(event -> {
            assertThat(event.offset()).isEqualTo(taken.offset());
            assertThat(event.size()).isEqualTo(50);
            assertThat(event.tag()).isEqualTo("packet");
        });
        assertThat(inOrder.get(0).site()).isEqualTo(RECEIVE);
        assertThat(inOrder.get(0).handle()).isEqualTo(handle);
        assertThat(inOrder.get(1).cell()).isPositive();
        assertThat(inOrder.get(2).handle()).isNotEqualTo(handle);
        assertThat(inOrder.get(3).handle()).isEqualTo(inOrder.get(2).handle());
        assertThat(inOrder.get(3).site()).isEqualTo(RETURN);
        assertThat(inOrder.get(4).fault()).isIn(FaultKind.STALE_HANDLE, FaultKind.DOUBLE_FREE);
    }

    @Test
    void aListenerMayItselfAllocateAndNoEventOfAnotherThreadIsLost() throws InterruptedException {
        ConcurrentLinkedQueue<Long> records = new ConcurrentLinkedQueue<>();
        region.listen(event -> {
            Block own = region.allocate(16);
            if (event.kind() == EventKind.ALLOCATED) {
                records.add(event.handle());
            }
            own.free();
        });
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 2000; i++) {
                    region.allocate(24).free();
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(records).hasSize(4000);
        assertThat(new HashSet<>(records)).hasSize(4000);
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
        List<Throwable> thrown = new ArrayList<>();
        Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> thrown.add(error));
        try {
            List<Event> events = new ArrayList<>();
            EventListener throwing = event -> {
                throw new IllegalStateException("no");
            };
            region.listen(throwing);
            region.listen(events::add);

            region.allocate(10).free();
            region.stopListening(throwing);
            region.allocate(10).free();

            assertThat(events).hasSize(4);
            assertThat(thrown).hasSize(2).allMatch(error -> "no".equals(error.getMessage()));
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(null);
        }
    }

    @Test
    void whoHasStoppedListeningIsToldNothing() {
        List<Event> events = new ArrayList<>();
        EventListener listener = events::add;
        region.listen(listener);
        Block block = region.allocate(10);
        region.stopListening(listener);
        block.free();
        region.allocate(10);

        assertThat(events).hasSize(1);
    }

    @Test
    void everyLevelTellsAndSoDoBudgetsAndLargeBlocks() {
        List<Event> events = new ArrayList<>();
        region.listen(events::add);
        int expected = 0;
        for (Level level : Level.values()) {
            region.setLevel(level);
            region.allocate(100).free();
            region.allocate(300_000).free();
            region.allocate(60, PACKET).free();
            expected += 6;
            assertThat(events).as("level %s", level).hasSize(expected);
        }
        region.setLevel(Level.SITES);
        Block block = region.allocate(100);
        block.resize(104);
        assertThat(events.get(events.size() - 1).kind()).isEqualTo(EventKind.RESIZED);
        assertThat(events.get(events.size() - 1).size()).isEqualTo(104);
        block.free();
    }

    // ---------------------------------------------------------------- the trace

    @Test
    void isOffUntilItIsSwitchedOnAndKeepsWhatItHasWhenItIsSwitchedOff() {
        EventCursor cursor = EventCursor.once();
        region.allocate(10);
        assertThat(look(cursor).exists()).isFalse();

        region.startTrace(100);
        region.allocate(20, PACKET, RECEIVE);
        EventsLook on = look(cursor);
        region.stopTrace();
        region.allocate(30);
        EventsLook off = look(EventCursor.once());

        assertThat(on.on()).isTrue();
        assertThat(on.capacity()).isEqualTo(16 * 128);
        assertThat(on.events()).singleElement().satisfies(row -> {
            assertThat(row.kind()).isEqualTo("allocated");
            assertThat(row.size()).isEqualTo(20);
            assertThat(row.tag()).isEqualTo("packet");
            assertThat(row.site().toString()).isEqualTo("com.acme.Rx.poll(Rx.java:17)");
            assertThat(row.process().pid())
                    .isEqualTo((int) ProcessHandle.current().pid());
            assertThat(row.thread()).isEqualTo(Thread.currentThread().getId());
        });
        assertThat(off.on()).isFalse();
        assertThat(off.events()).isEqualTo(on.events());
        assertThat(look(cursor).events()).isEmpty();
    }

    @Test
    void aReaderKnowsHowMuchItHasMissed() {
        region.startTrace(16);
        EventCursor cursor = EventCursor.once();
        for (int i = 0; i < 5; i++) {
            region.allocate(32).free();
        }
        assertThat(look(cursor)).satisfies(first -> {
            assertThat(first.events()).hasSize(10);
            assertThat(first.missed()).isZero();
        });
        for (int i = 0; i < 20; i++) {
            region.allocate(32).free();
        }
        assertThat(look(cursor)).satisfies(second -> {
            assertThat(second.events()).hasSize(16);
            assertThat(second.missed()).isEqualTo(24);
        });
        assertThat(look(EventCursor.once()).missed()).isEqualTo(34);
    }

    @Test
    void otherProcessesFollowAndTheTraceOutlivesThem() {
        Region other = Region.attach(region.reference());
        int before;
        try {
            region.startTrace(1024);
            // It follows within a tenth of a second: what it does until then is not in the trace.
            do {
                other.allocate(48, RECEIVE).free();
                before = look(EventCursor.once()).events().size();
            } while (before == 0);
            other.allocate(48, RECEIVE);
        } finally {
            other.close();
        }

        List<EventRow> events = look(EventCursor.once()).events();
        assertThat(events).extracting(EventRow::kind).contains("allocated", "freed", "reclaimed");
        assertThat(events).last().satisfies(row -> assertThat(row.size()).isEqualTo(48));
    }

    @Test
    void whatIsReclaimedDoesNotWriteOverTheLastWordsOfWhoIsGone() {
        Region other = Region.attach(region.reference());
        region.startTrace(16);
        other.startTrace(16);
        for (int i = 0; i < 200; i++) {
            other.allocate(48, RECEIVE);
        }
        other.close();

        List<EventRow> events = look(EventCursor.once()).events();
        assertThat(events).filteredOn(row -> row.kind().equals("reclaimed")).hasSize(16);
        assertThat(events).filteredOn(row -> row.kind().equals("allocated")).hasSize(16);
    }

    @Test
    void theLiveSetComputedFromACompleteTraceIsThatOfTheLedger() throws InterruptedException {
        for (int round = 0; round < 10; round++) {
            long seed = new Random().nextLong();
            System.out.println("EventsTest seed " + seed);
            try (Region traced = Region.create(RegionOptions.anonymous()
                    .size(32 << 20)
                    .pool("packet", 64, 50)
                    .policy(round % 2 == 0 ? RegionOptions.Policy.FREE : RegionOptions.Policy.KEEP))) {
                traced.setLevel(Level.ofCode(round % Level.values().length));
                traced.startTrace(1 << 14);
                runPrograms(traced, new Random(seed));
                assertReplay(traced, seed);
            }
        }
    }

    private static void runPrograms(Region first, Random random) throws InterruptedException {
        List<Region> regions = List.of(first, Region.attach(first.reference()), Region.attach(first.reference()));
        List<Thread> threads = new ArrayList<>();
        ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 6; i++) {
            Region region = regions.get(i % regions.size());
            long seed = random.nextLong();
            Thread thread = new Thread(() -> program(region, new Random(seed)));
            thread.setUncaughtExceptionHandler((which, thrown) -> wrong.add(thrown));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
        // One leaves, and its blocks go as the policy says.
        regions.get(1).close();
        program(first, random);
        regions.get(2).close();
    }

    private static void program(Region region, Random random) {
        List<Block> held = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            Slot slot = region.root("mail" + random.nextInt(4));
            Slot shared = region.root("shared" + random.nextInt(4));
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> held.add(region.allocate(1 + random.nextInt(500)));
                case 3 -> held.add(region.allocate(60, PACKET));
                case 4 -> {
                    Block taken = slot.take();
                    if (taken != null) {
                        held.add(taken);
                    }
                }
                case 5 -> {
                    if (!held.isEmpty() && slot.publish(held.get(held.size() - 1))) {
                        held.remove(held.size() - 1);
                    }
                }
                case 6 -> {
                    Hold hold = held.isEmpty() ? null : shared.share(held.get(held.size() - 1));
                    if (hold != null) {
                        held.remove(held.size() - 1);
                        hold.close();
                    }
                }
                case 7 -> shared.retire();
                default -> {
                    if (!held.isEmpty()) {
                        held.remove(random.nextInt(held.size())).free();
                    }
                }
            }
        }
    }

    private static void assertReplay(Region region, long seed) {
        try (Inspector inspector = Inspector.open(region.reference())) {
            EventsLook look = inspector.events(EventCursor.once());
            assertThat(look.missed()).isZero();
            assertThat(look.unfinished()).isZero();
            Set<Long> live = new HashSet<>();
            inspector.blocks(row -> !row.tag().equals("shm.trace"), row -> live.add(row.offset()));
            assertThat(replay(look.events())).as("seed %d", seed).isEqualTo(live);
            // The comparison can fail: without one of its events the trace tells of another set.
            List<EventRow> events = new ArrayList<>(look.events());
            EventRow last = events.stream()
                    .filter(row -> row.kind().equals("freed") || row.kind().equals("allocated"))
                    .reduce((one, another) -> another)
                    .orElseThrow();
            events.remove(last);
            assertThat(replay(events)).as("seed %d", seed).isNotEqualTo(live);
        }
    }

    private static Set<Long> replay(List<EventRow> events) {
        return Replay.of(events).live().stream().map(EventRow::offset).collect(Collectors.toSet());
    }
}
