package io.shm.flight;

import io.shm.Region;
import io.shm.error.ShmException;
import io.shm.heap.EventListener;
import io.shm.inspect.FaultRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.ProcessRow;
import io.shm.inspect.SiteInfo;
import io.shm.inspect.SiteRow;
import io.shm.inspect.TagRow;
import io.shm.ledger.EventKind;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;

/**
 * Tells Java Flight Recorder about a region: in each period (a second, unless the recording says otherwise) what the region,
 * its tags, its processes and the lines of code that hold most have in use, and what was proven to be wrong since. A recording
 * that asks for them also gets each allocation and each free of this process, with the stack: {@code io.shm.Allocation} and
 * {@code io.shm.Free}, which are off by default.
 *
 * <pre>{@code
 * try (Region region = Region.attach("orders");
 *         RegionFlight flight = RegionFlight.of(region)) { ... }
 * }</pre>
 *
 * <p>Costs nothing as long as no recording runs, and then one walk through the region per period and kind of event. Who
 * allocates pays for events of single blocks only while a recording has them: no listener is there before and after. Threads:
 * safe. After the region is closed here, it goes on until it is closed itself.
 */
public final class RegionFlight implements AutoCloseable {
    /** Lines of code that are told in each period. */
    public static final int MOST_SITES = 100;

    private final Region own;
    private final String region;
    private final Inspector inspector;
    private final Map<Class<? extends Event>, Runnable> hooks = Map.of(
            RegionEvent.class, hook(this::tellRegion),
            TagEvent.class, hook(this::tellTags),
            ProcessEvent.class, hook(this::tellProcesses),
            SiteEvent.class, hook(this::tellSites),
            FaultEvent.class, this::tellFaults);
    /** How often each fault had been seen when it was last told. */
    private final Map<FaultKey, Long> told = new HashMap<>();

    private final EventListener each = this::tellBlock;
    private final FlightRecorderListener follower = new FlightRecorderListener() {
        @Override
        public void recordingStateChanged(Recording recording) {
            follow();
        }
    };
    private boolean listens;
    private boolean closed;

    /** What makes a fault a distinct one. */
    private record FaultKey(String kind, Instant first, long offset, SiteInfo site) {}

    private RegionFlight(Region region) {
        this.own = region;
        this.region = region.reference();
        this.inspector = Inspector.open(region.reference());
    }

    /** From now on, every recording that has these events gets this region's. */
    public static RegionFlight of(Region region) {
        RegionFlight flight = new RegionFlight(region);
        flight.hooks.forEach(FlightRecorder::addPeriodicEvent);
        FlightRecorder.addListener(flight.follower);
        // One may run already.
        flight.follow();
        return flight;
    }

    /** No more of this region; a second time does nothing. */
    @Override
    public void close() {
        hooks.values().forEach(FlightRecorder::removePeriodicEvent);
        FlightRecorder.removeListener(follower);
        synchronized (this) {
            if (!closed) {
                closed = true;
                follow();
                inspector.close();
            }
        }
    }

    /** Listens to the region if a recording wants to know of single blocks, and else not. */
    private synchronized void follow() {
        boolean wanted = !closed && (new AllocationEvent().isEnabled() || new FreeEvent().isEnabled());
        if (wanted == listens) {
            return;
        }
        if (wanted) {
            try {
                own.listen(each);
            } catch (IllegalStateException | ShmException e) {
                // Closed in this process, which then does nothing there that could be told.
                return;
            }
        } else {
            own.stopListening(each);
        }
        listens = wanted;
    }

    synchronized boolean isListening() {
        return listens;
    }

    /** In the thread that did it, whose stack it is. */
    private void tellBlock(io.shm.heap.Event block) {
        if (block.kind() == EventKind.ALLOCATED) {
            new AllocationEvent().tell(region, block);
        } else if (block.kind() == EventKind.FREED) {
            new FreeEvent().tell(region, block);
        }
    }

    private Runnable hook(Consumer<Picture> teller) {
        return () -> {
            // A recording that runs may change its mind, and nobody is told of that.
            follow();
            synchronized (this) {
                if (!closed) {
                    teller.accept(inspector.picture());
                }
            }
        };
    }

    private void tellRegion(Picture picture) {
        RegionEvent event = new RegionEvent();
        event.region = region;
        event.mapped = picture.identity().mapped();
        event.live = picture.accounts().live();
        event.slack = picture.accounts().slack();
        event.free = picture.accounts().free();
        event.largestFree = picture.largestFree();
        event.blocks = picture.blocks();
        event.participants = picture.processes().size();
        event.faults = picture.faults();
        event.commit();
    }

    private void tellTags(Picture picture) {
        for (TagRow row : picture.tags()) {
            TagEvent event = new TagEvent();
            event.region = region;
            event.tag = row.name();
            event.blocks = row.blocks();
            event.bytes = row.bytes();
            event.budget = row.budget();
            event.refusals = row.refused();
            event.commit();
        }
    }

    private void tellProcesses(Picture picture) {
        for (ProcessRow row : picture.processes()) {
            ProcessEvent event = new ProcessEvent();
            event.region = region;
            event.pid = row.process().pid();
            event.process = row.process().name();
            event.blocks = row.blocks();
            event.bytes = row.bytes();
            event.commit();
        }
    }

    private void tellSites(Picture picture) {
        List<SiteRow> most = picture.sites().stream()
                .filter(row -> row.blocks() > 0)
                .sorted(Comparator.comparingLong(SiteRow::bytes).reversed())
                .limit(MOST_SITES)
                .toList();
        for (SiteRow row : most) {
            SiteEvent event = new SiteEvent();
            event.region = region;
            event.site = row.site().toString();
            event.blocks = row.blocks();
            event.bytes = row.bytes();
            event.commit();
        }
    }

    private synchronized void tellFaults() {
        if (closed) {
            return;
        }
        for (FaultRow row : inspector.faults()) {
            FaultKey key = new FaultKey(row.kind(), row.first(), row.offset(), row.site());
            Long before = told.put(key, row.count());
            if (row.isFault() && (before == null || before < row.count())) {
                FaultEvent event = new FaultEvent();
                event.region = region;
                event.kind = row.kind();
                event.count = row.count() - (before == null ? 0 : before);
                event.offset = row.offset();
                event.size = row.size();
                event.site = row.site().toString();
                event.allocatedAt =
                        row.allocated() == null ? null : row.allocated().site().toString();
                event.pid = row.by() == null ? 0 : row.by().process().pid();
                event.commit();
            }
        }
    }
}
