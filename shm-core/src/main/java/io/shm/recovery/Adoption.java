package io.shm.recovery;

import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.layout.Handle;
import io.shm.layout.RegionMap;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Sites;
import io.shm.ledger.Tags;
import io.shm.participant.Participants;
import io.shm.participant.ProcessEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * Gives orphans to this process's listener: those that are there, and those that come.
 *
 * <p>Threads: the listener runs on a thread of its own, so that it may take its time. Processes: of several that listen
 * each orphan goes to one. A crash leaves orphans, or blocks of a dead owner, which become orphans again.
 */
public final class Adoption {
    private final Heap heap;
    private final LedgerScan scan;
    private final Sites sites;
    private final Tags tags;
    private final Participants participants;
    private final long createdAt;
    private final ExecutorService thread;

    /** The slots' words at the last look: one that has changed may have left orphans. */
    private final long[] words = new long[RegionMap.PARTICIPANTS];

    // For the thread.
    private final OrphanListener listener;
    private final Set<Long> refused = new HashSet<>();

    /** @param createdAt of the region, in ms of the epoch */
    public Adoption(
            Heap heap,
            LedgerScan scan,
            Sites sites,
            Tags tags,
            Participants participants,
            long createdAt,
            OrphanListener listener) {
        this(heap, scan, sites, tags, participants, createdAt, listener, Executors.newSingleThreadExecutor(task -> {
            Thread orphans = new Thread(task, "shm-orphans");
            orphans.setDaemon(true);
            return orphans;
        }));
    }

    /**
     * As the other, on a thread of the caller's choice, for tests.
     *
     * @param thread runs one task at a time; shut down by {@link #stop}
     */
    public Adoption(
            Heap heap,
            LedgerScan scan,
            Sites sites,
            Tags tags,
            Participants participants,
            long createdAt,
            OrphanListener listener,
            ExecutorService thread) {
        this.thread = thread;
        this.heap = heap;
        this.scan = scan;
        this.sites = sites;
        this.tags = tags;
        this.participants = participants;
        this.createdAt = createdAt;
        this.listener = listener;
    }

    /** Looks for orphans if anybody has left since the last call; the first call always does. */
    public synchronized void look() {
        long[] now = new long[words.length];
        Arrays.setAll(now, participants::word);
        if (!Arrays.equals(now, words)) {
            System.arraycopy(now, 0, words, 0, now.length);
            try {
                thread.execute(this::adoptAll);
            } catch (RejectedExecutionException stopped) {
                return;
            }
        }
    }

    /** No orphan is taken over after this; a listener that is at work goes on. */
    public void stop() {
        thread.shutdown();
    }

    private void adoptAll() {
        List<Long> found = new ArrayList<>();
        scan.forEachWord((slab, recordAt, word) -> {
            if (BlockStates.is(word, BlockState.ORPHAN)) {
                RecordView block = scan.blockOf(slab, recordAt);
                if (isOrphan(block) && !refused.contains(block.handle())) {
                    found.add(block.handle());
                }
            }
        });
        for (int i = 0; i < found.size() && !thread.isShutdown() && !heap.isClosed(); i++) {
            adopt(found.get(i));
        }
    }

    private static boolean isOrphan(RecordView block) {
        // One that is unfinished is for the next receiver of its channel.
        return block != null
                && !block.damaged()
                && block.state() == BlockState.ORPHAN
                && block.action() != BlockStates.UNFINISHED;
    }

    private void adopt(long handle) {
        // Read again: the listener may have taken long over the one before.
        RecordView view = scan.block(Handle.slab(handle), Handle.index(handle));
        if (!isOrphan(view) || !Handle.matches(handle, view.word())) {
            return;
        }
        Optional<ProcessEntry> allocatedBy = participants.history().find(view.allocatedBy());
        Optional<ProcessEntry> lastOwner = participants.history().find(view.changedBy());
        long note = view.changed();
        boolean left = lastOwner.filter(process -> process.leftAt() != 0).isPresent();
        Block block = heap.adopt(view);
        if (block == null) {
            return;
        }
        Orphan orphan = new Orphan(
                block,
                view.tag() < tags.count() ? tags.get(view.tag()) : "",
                sites.get(view.site()),
                view.bornAt() == 0 ? null : Instant.ofEpochMilli(createdAt + view.bornAt()),
                allocatedBy,
                lastOwner,
                !left);
        try {
            listener.adopted(orphan);
        } catch (RuntimeException | Error e) {
            giveBack(block, note);
            Thread current = Thread.currentThread();
            current.getUncaughtExceptionHandler().uncaughtException(current, e);
        }
    }

    private void giveBack(Block block, long note) {
        try {
            refused.add(block.handle());
            heap.giveUp(block, note);
        } catch (RuntimeException closed) {
            // What this process held is settled as it leaves.
            return;
        }
    }
}
