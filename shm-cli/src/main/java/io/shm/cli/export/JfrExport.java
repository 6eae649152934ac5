package io.shm.cli.export;

import io.shm.cli.render.Owners;
import io.shm.inspect.BlockRow;
import io.shm.inspect.FaultRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.ProcessInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;

/**
 * A recording of Java Flight Recorder: an event for the region, for every block in use, and for every fault. Nothing of
 * this program itself is in it.
 */
public final class JfrExport extends BlockExport implements AutoCloseable {
    private final Recording recording = new Recording();
    private final OutputStream to;

    /** @param to where the recording goes when it is finished */
    public JfrExport(Inspector inspector, OutputStream to) {
        this.to = to;
        for (Class<? extends Event> event : List.of(RegionEvent.class, BlockEvent.class, FaultEvent.class)) {
            recording.enable(event);
        }
        recording.setName("shm");
        recording.start();
        new RegionEvent(inspector.picture()).commit();
        inspector.faults().stream().filter(FaultRow::isFault).forEach(row -> new FaultEvent(row).commit());
    }

    @Override
    protected void write(BlockRow block) {
        new BlockEvent(block).commit();
    }

    @Override
    public void finish() throws IOException {
        recording.stop();
        // It wants a file of its own, and the stream may be a pipe.
        Path file = Files.createTempFile("shm", ".jfr");
        try {
            recording.dump(file);
            Files.copy(file, to);
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public void close() {
        recording.close();
    }

    private static String text(ProcessInfo process) {
        return process == null ? null : process.name();
    }

    private static long milliseconds(Instant time) {
        return time == null ? Long.MIN_VALUE : time.toEpochMilli();
    }

    @Name("io.shm.Region")
    @Label("Shared Memory Region")
    @Description("What a region is, and where its bytes are")
    @Category({"Shared Memory"})
    @StackTrace(false)
    static final class RegionEvent extends Event {
        @Label("Region")
        final String region;

        @Label("Id")
        final String id;

        @Label("Policy")
        final String policy;

        @Label("Level")
        final String level;

        @Label("Mapped")
        @DataAmount
        final long mapped;

        @Label("Live")
        @DataAmount
        final long live;

        @Label("Free")
        @DataAmount
        final long free;

        @Label("Largest Free Run")
        @DataAmount
        final long largestFree;

        @Label("Blocks")
        final long blocks;

        @Label("Distinct Faults")
        final long faults;

        RegionEvent(Picture picture) {
            this.region = picture.identity().reference();
            this.id = picture.identity().regionId();
            this.policy = picture.identity().policy();
            this.level = picture.identity().level();
            this.mapped = picture.identity().mapped();
            this.live = picture.accounts().live();
            this.free = picture.accounts().free();
            this.largestFree = picture.largestFree();
            this.blocks = picture.blocks();
            this.faults = picture.faults();
        }
    }

    @Name("io.shm.LiveBlock")
    @Label("Block in Use")
    @Description("A block that was in use when the region was looked at")
    @Category({"Shared Memory"})
    @StackTrace(false)
    static final class BlockEvent extends Event {
        @Label("Offset")
        final long offset;

        @Label("Size")
        @DataAmount
        final long size;

        @Label("Room")
        @DataAmount
        final long room;

        @Label("State")
        final String state;

        @Label("Tag")
        final String tag;

        @Label("Site")
        final String site;

        @Label("Stack")
        @Description("Frames, the innermost first, where a stack was taken")
        final String stack;

        @Label("Process")
        final String process;

        @Label("Process Id")
        final int pid;

        @Label("Process State")
        final String processState;

        @Label("Allocated At")
        @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
        final long since;

        BlockEvent(BlockRow block) {
            ProcessInfo whose = block.owner() != null ? block.owner() : block.allocatedBy();
            List<String> frames = new ArrayList<>();
            block.stack().forEach(frame -> frames.add(frame.toString()));
            this.offset = block.offset();
            this.size = block.size();
            this.room = block.realSize();
            this.state = block.state();
            this.tag = block.tag();
            this.site = block.site().toString();
            this.stack = frames.isEmpty() ? null : String.join("\n", frames);
            this.process = text(whose);
            this.pid = whose == null ? 0 : whose.pid();
            this.processState = whose == null ? null : Owners.state(whose.state());
            this.since = milliseconds(block.since());
        }
    }

    @Name("io.shm.KnownFault")
    @Label("Fault in the Log")
    @Description("What the region's fault log had")
    @Category({"Shared Memory"})
    @StackTrace(false)
    static final class FaultEvent extends Event {
        @Label("Kind")
        final String kind;

        @Label("Count")
        final long count;

        @Label("First")
        @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
        final long first;

        @Label("Offset")
        final long offset;

        @Label("Size")
        @DataAmount
        final long size;

        @Label("Site")
        final String site;

        @Label("Allocated At")
        final String allocated;

        @Label("Process")
        final String process;

        @Label("Process Id")
        final int pid;

        FaultEvent(FaultRow fault) {
            ProcessInfo who = fault.by() == null ? null : fault.by().process();
            this.kind = fault.kind();
            this.count = fault.count();
            this.first = milliseconds(fault.first());
            this.offset = fault.offset();
            this.size = fault.size();
            this.site = fault.site().toString();
            this.allocated =
                    fault.allocated() == null ? null : fault.allocated().site().toString();
            this.process = text(who);
            this.pid = who == null ? 0 : who.pid();
        }
    }
}
