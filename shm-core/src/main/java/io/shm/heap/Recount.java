package io.shm.heap;

import io.shm.layout.ParticipantLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;
import io.shm.participant.ParticipantState;
import io.shm.participant.ParticipantStates;
import java.util.Arrays;

/**
 * Sets what budgets have in use to what the records say, after a death has left a charge without a block.
 *
 * <p>Only where nobody is in the middle of a charge or a refund, before a walk through the records and after it, and the
 * same participants are there: then the sum is exact, however long the walk took. The new value is set by a CAS from the one
 * seen before the walk. So a budget never has less in use than its blocks have, and never refuses late; until such a
 * moment comes it may refuse early. Nobody waits for it.
 */
public final class Recount {
    private static final long BUSY = -1;

    private final SharedMemory memory;
    private final RegionMap map;
    private final Tags tags;
    private final ParticipantStates states;
    private final int settled;

    /**
     * @param settled the slot whose participant the caller has settled, under its lock; negative for none
     */
    public Recount(SharedMemory memory, RegionMap map, int settled) {
        this.memory = memory;
        this.map = map;
        this.tags = new Tags(memory, map);
        this.states = new ParticipantStates(memory);
        this.settled = settled;
    }

    /**
     * Counts, and sets what is wrong.
     *
     * @return false if somebody was in the middle of something: to be tried again
     */
    public boolean run() {
        int budgeted = lastBudgeted();
        if (budgeted == 0) {
            return true;
        }
        long[] before = quiet();
        if (before == null) {
            return false;
        }
        long[] used = new long[budgeted + 1];
        Arrays.setAll(used, tags::used);
        long[] sums = new long[budgeted + 1];
        LedgerScan scan = new LedgerScan(memory, map);
        scan.forEachWord((slab, recordAt, word) -> {
            if (StateWord.state(word) == BlockState.FREE.code()) {
                return;
            }
            RecordView block = scan.blockOf(slab, recordAt);
            if (!block.damaged() && block.isUsed() && block.tag() <= budgeted) {
                sums[block.tag()] += block.size();
            }
        });
        if (!Arrays.equals(before, quiet())) {
            return false;
        }
        boolean done = true;
        for (int tag = 1; tag <= budgeted; tag++) {
            done &= tags.budget(tag) <= 0 || used[tag] == sums[tag] || tags.correct(tag, used[tag], sums[tag]);
        }
        return done;
    }

    /** The highest tag with a budget; 0 where none has one. */
    private int lastBudgeted() {
        for (int tag = tags.count() - 1; tag > 0; tag--) {
            if (tags.budget(tag) > 0) {
                return tag;
            }
        }
        return 0;
    }

    /** Who is there and how many charges each has begun; null while anybody is in the middle of one, or being settled. */
    private long[] quiet() {
        long[] seen = new long[2 * RegionMap.PARTICIPANTS];
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            long word = states.word(slot);
            ParticipantState state = ParticipantStates.stateOf(word);
            if (slot == settled || state == ParticipantState.EMPTY) {
                seen[2 * slot] = word;
                continue;
            }
            long begun = state == ParticipantState.ACTIVE ? begun(slot) : BUSY;
            if (begun == BUSY) {
                return null;
            }
            seen[2 * slot] = word;
            seen[2 * slot + 1] = begun;
        }
        return seen;
    }

    /** Ended is read first: if as many had begun then, none was under way at the second read. */
    private long begun(int slot) {
        long participantAt = RegionMap.participantAt(slot);
        long ended = memory.getLongVolatile(participantAt + ParticipantLayout.CHARGES_ENDED_OFFSET);
        long begun = memory.getLongVolatile(participantAt + ParticipantLayout.CHARGES_BEGUN_OFFSET);
        return begun == ended ? begun : BUSY;
    }
}
