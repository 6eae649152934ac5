package io.shm;

import io.shm.heap.PoolSpec;
import io.shm.ledger.SiteCapture;
import io.shm.segment.SegmentSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a new region shall be. Immutable: each method returns changed options.
 *
 * <pre>{@code
 * RegionOptions.named("orders").size(64 << 20).pool("packet", 64, 1000).budget("report", 1 << 20)
 * }</pre>
 */
public final class RegionOptions {
    private static final long DEFAULT_SIZE = 64L << 20;

    private final SegmentSpec segment;
    private final List<PoolSpec> pools;
    private final Map<String, Long> budgets;
    private final Policy policy;
    private final WhenEmpty whenEmpty;
    private final Conduct conduct;

    /** What happens to the blocks of a process that leaves or dies. */
    public enum Policy {
        /** They are freed. */
        FREE(0),
        /** They stay, as orphans, until an operator decides. */
        KEEP(1),
        /** They go to whoever listens for them; without a listener they are kept. */
        ADOPT(2);

        private final int code;

        Policy(int code) {
            this.code = code;
        }

        /** As the region's header has it. */
        int code() {
            return code;
        }

        /** The policy of a code; the one that loses nothing for a code that there is not. */
        static Policy ofCode(int code) {
            return code == FREE.code ? FREE : code == ADOPT.code ? ADOPT : KEEP;
        }
    }

    /** What happens when a pool is empty. */
    public enum WhenEmpty {
        /** The next larger pool or size class serves the request. */
        NEXT,
        /** The request is refused. */
        REFUSE
    }

    private RegionOptions(
            SegmentSpec segment,
            List<PoolSpec> pools,
            Map<String, Long> budgets,
            Policy policy,
            WhenEmpty whenEmpty,
            Conduct conduct) {
        this.segment = segment;
        this.pools = pools;
        this.budgets = budgets;
        this.policy = policy;
        this.whenEmpty = whenEmpty;
        this.conduct = conduct;
    }

    private static RegionOptions of(SegmentSpec segment) {
        return new RegionOptions(segment, List.of(), Map.of(), Policy.FREE, WhenEmpty.NEXT, Conduct.USUAL);
    }

    /** A region found by name: a file in {@code /dev/shm}, or anywhere if the name is a path. */
    public static RegionOptions named(String nameOrPath) {
        return of(SegmentSpec.named(nameOrPath, DEFAULT_SIZE));
    }

    /** A region without a name; {@link Region#reference()} is handed to other processes. */
    public static RegionOptions anonymous() {
        return of(SegmentSpec.anonymous(DEFAULT_SIZE));
    }

    /** As {@link #anonymous()}, with the mapping's descriptor closed at once. */
    public static RegionOptions zero() {
        return of(SegmentSpec.zero(DEFAULT_SIZE));
    }

    /** A region found by a System V key. */
    public static RegionOptions systemV(int key) {
        return of(SegmentSpec.systemV(key, DEFAULT_SIZE));
    }

    /** Bytes of the whole region, its tables included; rounded up to pages. 64 MiB if not given. */
    public RegionOptions size(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a region has at least 1 byte, not " + bytes);
        }
        return with(segment.withSize(bytes));
    }

    /**
     * Bytes that the region may grow to, its tables included; it stays as it is if not given. Space is taken step by
     * step, by whichever process finds no room, and never given back. Needs JNA in every process; tables are as large as
     * the maximum asks. Pools do not grow.
     */
    public RegionOptions maximumSize(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("the maximum of a region is its size or more, not " + bytes);
        }
        return with(segment.withMaximum(bytes));
    }

    /** Permission bits of the file, 0600 if not given. */
    public RegionOptions mode(int permissions) {
        return with(segment.withMode(permissions));
    }

    /** Whether all pages are made present at once, so that no first touch is slow later. */
    public RegionOptions populate(boolean atOnce) {
        return with(segment.withPopulate(atOnce));
    }

    /** A pool of exactly so many blocks of a size, for one tag. */
    public RegionOptions pool(String tag, long blockBytes, long count) {
        List<PoolSpec> more = new ArrayList<>(pools);
        more.add(new PoolSpec(Objects.requireNonNull(tag, "tag"), blockBytes, count, false));
        return new RegionOptions(segment, List.copyOf(more), budgets, policy, whenEmpty, conduct);
    }

    /** A pool of exactly so many blocks of a size, for every tag that has no pool of its own. */
    public RegionOptions pool(long blockBytes, long count) {
        return pool("", blockBytes, count);
    }

    /** The most requested bytes that live blocks of a tag may have. */
    public RegionOptions budget(String tag, long bytes) {
        if (tag.isEmpty() || bytes < 1) {
            throw new IllegalArgumentException(
                    "a budget is for a named tag and at least 1 byte, not '" + tag + "' and " + bytes);
        }
        Map<String, Long> more = new LinkedHashMap<>(budgets);
        more.put(tag, bytes);
        return new RegionOptions(segment, pools, Map.copyOf(more), policy, whenEmpty, conduct);
    }

    public RegionOptions policy(Policy newPolicy) {
        return new RegionOptions(segment, pools, budgets, newPolicy, whenEmpty, conduct);
    }

    /** For all pools of the region; {@link WhenEmpty#NEXT} if not given. */
    public RegionOptions whenPoolIsEmpty(WhenEmpty newWhenEmpty) {
        return new RegionOptions(segment, pools, budgets, policy, newWhenEmpty, conduct);
    }

    /** What this process calls itself in the region; the main class's name if not given. */
    public RegionOptions processName(String name) {
        return new RegionOptions(segment, pools, budgets, policy, whenEmpty, conduct.withProcessName(name));
    }

    /** How this process finds the site of an allocation that names none. */
    public RegionOptions siteCapture(SiteCapture capture) {
        return new RegionOptions(segment, pools, budgets, policy, whenEmpty, conduct.withSiteCapture(capture));
    }

    /**
     * Whether this process leaves in good order when the JVM ends of its own will, by {@code System.exit} or by SIGTERM:
     * a shutdown hook closes the region, while other threads and hooks may still run; they get an IllegalStateException
     * then. True if not given. Without it the process is found dead and reaped by the others, as after SIGKILL or {@code
     * Runtime.halt}.
     */
    public RegionOptions leaveAtExit(boolean leaves) {
        return new RegionOptions(segment, pools, budgets, policy, whenEmpty, conduct.withLeaveAtExit(leaves));
    }

    private RegionOptions with(SegmentSpec newSegment) {
        return new RegionOptions(newSegment, pools, budgets, policy, whenEmpty, conduct);
    }

    SegmentSpec segment() {
        return segment;
    }

    List<PoolSpec> pools() {
        return pools.stream()
                .map(p -> new PoolSpec(p.tag(), p.blockBytes(), p.count(), whenEmpty == WhenEmpty.REFUSE))
                .toList();
    }

    Map<String, Long> budgets() {
        return budgets;
    }

    Policy policy() {
        return policy;
    }

    Conduct conduct() {
        return conduct;
    }
}
