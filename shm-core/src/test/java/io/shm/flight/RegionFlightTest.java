package io.shm.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RegionFlightTest {
    private static final Site ADD = Site.of("com.acme.Send", "add", "Send.java", 41);

    @TempDir
    Path folder;

    private Region region;
    private String path;
    private final BlockingQueue<RecordedEvent> events = new LinkedBlockingQueue<>();

    @BeforeEach
    void make() {
        path = folder.resolve("orders").toString();
        region = Region.create(RegionOptions.named(path).size(4 << 20).processName("order-gw"));
    }

    @AfterEach
    void remove() {
        region.close();
        Region.remove(path, true);
    }

    /** @param more events of single blocks */
    private RecordingStream recording(String... more) {
        RecordingStream stream = new RecordingStream();
        Stream.of("RegionUsage", "TagUsage", "ProcessUsage", "SiteUsage", "Fault")
                .map(name -> "io.shm." + name)
                .forEach(name -> {
                    stream.enable(name).withPeriod(Duration.ofMillis(20));
                    stream.onEvent(name, events::add);
                });
        for (String name : more) {
            stream.enable("io.shm." + name);
            stream.onEvent("io.shm." + name, events::add);
        }
        // Else the next event may be made in the one that was told.
        stream.setReuse(false);
        stream.startAsync();
        return stream;
    }

    /** A stream may miss what is told while it is started: what comes by itself tells that it is. */
    private void awaitStart() throws InterruptedException {
        next("RegionUsage", event -> true);
    }

    /** The next event of a kind that is as told; those before it are passed over. */
    private RecordedEvent next(String name, Predicate<RecordedEvent> isIt) throws InterruptedException {
        while (true) {
            RecordedEvent event = events.poll(60, TimeUnit.SECONDS);
            assertThat(event).as("no event " + name).isNotNull();
            if (event.getEventType().getName().equals("io.shm." + name)
                    && path.equals(event.getString("region"))
                    && isIt.test(event)) {
                return event;
            }
        }
    }

    @Test
    void aRecordingGetsWhatIsInUse() throws InterruptedException {
        region.allocate(100, Tag.of("packet"), ADD);
        try (RegionFlight flight = RegionFlight.of(region);
                RecordingStream stream = recording()) {
            assertThat(List.of(flight, stream)).doesNotContainNull();
            RecordedEvent all = next("RegionUsage", event -> event.getLong("live") == 100);
            assertThat(all.getLong("blocks")).isEqualTo(1);
            assertThat(all.getLong("mapped")).isEqualTo(4 << 20);
            assertThat(next("TagUsage", event -> event.getString("tag").equals("packet"))
                            .getLong("bytes"))
                    .isEqualTo(100);
            assertThat(next("ProcessUsage", event -> true).getString("process")).isEqualTo("order-gw");
            assertThat(next("SiteUsage", event -> true).getString("site")).isEqualTo("com.acme.Send.add(Send.java:41)");

            region.allocate(200, Tag.of("packet"), ADD);
            next("SiteUsage", event -> event.getLong("bytes") == 300);
        }
    }

    @Test
    void aFaultIsToldWithHowOftenItWasSeenSince() throws InterruptedException {
        try (RegionFlight flight = RegionFlight.of(region);
                RecordingStream stream = recording()) {
            assertThat(List.of(flight, stream)).doesNotContainNull();
            Block block = region.allocate(40, ADD);
            block.free();
            assertThatThrownBy(block::free).isInstanceOf(StaleHandleException.class);
            RecordedEvent fault = next("Fault", event -> true);
            assertThat(fault.getString("kind")).isEqualTo("double-free");
            assertThat(fault.getLong("count")).isEqualTo(1);
            assertThat(fault.getLong("size")).isEqualTo(40);
            assertThat(fault.getString("allocatedAt")).isEqualTo("com.acme.Send.add(Send.java:41)");
            assertThat(fault.getInt("pid"))
                    .isEqualTo((int) ProcessHandle.current().pid());
        }
    }

    @Test
    void aRecordingThatAsksForItGetsEachAllocationAndFreeWithItsStack() throws InterruptedException {
        try (RegionFlight flight = RegionFlight.of(region)) {
            try (RecordingStream stream = recording()) {
                assertThat(stream).isNotNull();
                region.allocate(100, ADD);
                // As it has not asked, nobody listens and nothing is told.
                assertThat(flight.isListening()).isFalse();
            }
            events.clear();
            try (RecordingStream stream = recording("Allocation", "Free")) {
                assertThat(stream).isNotNull();
                assertThat(flight.isListening()).isTrue();
                awaitStart();
                Block block = region.allocate(200, Tag.of("packet"), ADD);
                long handle = block.handle();
                block.free();

                RecordedEvent allocation = next("Allocation", event -> true);
                assertThat(allocation.getLong("handle")).isEqualTo(handle);
                assertThat(allocation.getLong("offset")).isEqualTo(block.offset());
                assertThat(allocation.getLong("size")).isEqualTo(200);
                assertThat(allocation.getString("tag")).isEqualTo("packet");
                assertThat(allocation.getString("site")).isEqualTo("com.acme.Send.add(Send.java:41)");
                assertThat(allocation.getThread().getJavaName())
                        .isEqualTo(Thread.currentThread().getName());
                assertThat(allocation.getStackTrace().getFrames())
                        .anyMatch(frame -> frame.getMethod().getName().startsWith("aRecordingThatAsksForIt"));
                assertThat(next("Free", event -> true).getLong("handle")).isEqualTo(handle);
            }
            assertThat(flight.isListening()).isFalse();
        }
    }

    @Test
    void aRecordingThatRunsAlreadyAndOneThatChangesItsMindAreFollowed() throws InterruptedException {
        try (RecordingStream stream = recording("Allocation")) {
            RegionFlight flight = RegionFlight.of(region);
            assertThat(flight.isListening()).isTrue();
            awaitStart();
            region.allocate(100, ADD);
            next("Allocation", event -> event.getLong("size") == 100);

            stream.disable("io.shm.Allocation");
            // Within a period of the figures.
            do {
                next("RegionUsage", event -> true);
            } while (flight.isListening());
            stream.enable("io.shm.Free");
            do {
                next("RegionUsage", event -> true);
            } while (!flight.isListening());

            region.close();
            flight.close();
            assertThat(flight.isListening()).isFalse();
        }
    }

    @Test
    void afterItIsClosedNothingIsToldAndNothingBreaks() throws IOException, InterruptedException {
        RegionFlight flight = RegionFlight.of(region);
        region.close();
        try (RecordingStream stream = recording()) {
            assertThat(stream).isNotNull();
            next("RegionUsage", event -> true);
            flight.close();
            flight.close();
            // Another's figures go on, and none of ours are among them any more once all before is told.
            String second = folder.resolve("quotes").toString();
            try (Region other = Region.create(RegionOptions.named(second).size(4 << 20));
                    RegionFlight others = RegionFlight.of(other)) {
                assertThat(others).isNotNull();
                int seen = 0;
                while (seen < 3) {
                    RecordedEvent event = events.poll(60, TimeUnit.SECONDS);
                    assertThat(event).isNotNull();
                    boolean isOthers = event.getString("region").equals(second);
                    seen += isOthers ? 1 : 0;
                    assertThat(isOthers || seen == 0).isTrue();
                }
            }
            Region.remove(second, true);
        }
    }
}
