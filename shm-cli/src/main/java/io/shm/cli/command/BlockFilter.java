package io.shm.cli.command;

import io.shm.inspect.BlockRow;
import io.shm.inspect.EventRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.ProcessInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Which blocks to show: all that meet every condition given. */
final class BlockFilter {
    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "Owned by this process, or allocated by it if nobody owns them.")
    Integer pid;

    @Option(names = "--tag", paramLabel = "TAG", description = "With this tag; '' is the general one.")
    String tag;

    @Option(
            names = "--site",
            paramLabel = "REGEX",
            description = "Whose call site contains a match: 'Send.add', 'Rx.java:17'.")
    Pattern site;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "In this state: live, held, shared, orphan, quarantine, free, …")
    String state;

    @Option(
            names = "--min-size",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "Of at least this many bytes.")
    Long minSize;

    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            converter = Span.class,
            description = "Allocated longer ago than this: 30s, 5m, 2h.")
    Duration olderThan;

    boolean isGiven() {
        return pid != null || tag != null || site != null || state != null || minSize != null || olderThan != null;
    }

    /** Whether a condition is given that a call site as such cannot meet, only its blocks can. */
    boolean needsBlocks() {
        return pid != null || tag != null || state != null || olderThan != null;
    }

    /** Shows the blocks that meet the conditions; free ones only to those who ask for them. */
    void apply(Inspector inspector, Instant now, Consumer<BlockRow> action) {
        if (state != null && state.equalsIgnoreCase("free")) {
            inspector.allBlocks(at(now), action);
        } else {
            inspector.blocks(at(now), action);
        }
    }

    /** Whether a block that is not any more met the conditions when it was allocated; it has no state. */
    boolean meets(EventRow allocated, Instant now) {
        return state == null
                && (pid == null || pid == allocated.process().pid())
                && (tag == null || tag.equals(allocated.tag()))
                && (minSize == null || allocated.size() >= minSize)
                && (olderThan == null || allocated.at().isBefore(now.minus(olderThan)))
                && (site == null || site.matcher(allocated.site().toString()).find());
    }

    private Predicate<BlockRow> at(Instant now) {
        Instant before = olderThan == null ? null : now.minus(olderThan);
        return block -> (pid == null || pid == pidOf(block))
                && (tag == null || tag.equals(block.tag()))
                && (state == null || state.equalsIgnoreCase(block.state()))
                && (minSize == null || block.size() >= minSize)
                && (before == null || (block.since() != null && block.since().isBefore(before)))
                && (site == null || site.matcher(block.site().toString()).find());
    }

    private static int pidOf(BlockRow block) {
        ProcessInfo owner = block.owner() != null ? block.owner() : block.allocatedBy();
        return owner == null ? 0 : owner.pid();
    }
}
