package io.shm.recovery;

import io.shm.layout.HeaderLayout;
import io.shm.layout.ParticipantLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabWord;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Finding;
import io.shm.ledger.Invariant;
import io.shm.ledger.Invariant.Remedy;
import io.shm.ledger.Sites;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;
import io.shm.participant.Participants;
import io.shm.participant.Reclaimer;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts right what a verification has found: makes anew what follows from the rest, settles what nobody owns, and takes out
 * of use what cannot be trusted.
 *
 * <p>Each step goes from exactly the word that was found, by one CAS; so nothing is done twice, nothing is done to what has
 * changed since, and whoever follows a repairer that died verifies again and finds what is left. Others may work meanwhile.
 */
public final class Repair {
    /** A generation so far ahead of the counter is rubbish; one that is nearer may be the counter's fault. */
    private static final long GENERATIONS_AHEAD = 1L << 32;

    private final SharedMemory memory;
    private final RegionMap map;
    private final Participants participants;
    private final Reclaimer reclaimer;
    private final Sites sites;
    private final Tags tags;
    private final SlabRepair slabs;
    private final Map<Remedy, Long> done = new EnumMap<>(Remedy.class);
    private final Set<Integer> settled = new HashSet<>();

    /** @param reclaimer settles what carries an owner number */
    public Repair(SharedMemory memory, RegionMap map, Participants participants, Reclaimer reclaimer) {
        this.memory = memory;
        this.map = map;
        this.participants = participants;
        this.reclaimer = reclaimer;
        this.sites = new Sites(memory, map);
        this.tags = new Tags(memory, map);
        this.slabs = new SlabRepair(memory, map);
    }

    /** Steps of a kind that were taken so far. */
    public long done(Remedy remedy) {
        return done.getOrDefault(remedy, 0L);
    }

    /**
     * Gives slots whose words are damaged back to joiners, where no process is there; so that the repairer can join.
     *
     * @return whether any was
     */
    public boolean restoreSlots(List<Finding> findings) {
        boolean any = false;
        for (Finding finding : findings) {
            if (finding.rule() == Invariant.PARTICIPANT_WORD) {
                any |= count(Remedy.REBUILD, participants.restore(finding.number(), reclaimer));
            }
        }
        return any;
    }

    /**
     * Does what can be done about findings.
     *
     * @param alone whether nobody else was attached when they were found: what a living process may know better is left
     *     to it otherwise
     * @return how many steps were taken; 0 where nothing is left that can be done
     */
    public int apply(List<Finding> findings, boolean alone) {
        int steps = 0;
        settled.clear();
        // First what the other steps rely on.
        for (Finding finding : findings) {
            steps += isBasic(finding.rule()) && apply(finding, alone) ? 1 : 0;
        }
        for (Finding finding : findings) {
            steps += !isBasic(finding.rule()) && apply(finding, alone) ? 1 : 0;
        }
        return steps;
    }

    private static boolean isBasic(Invariant rule) {
        return rule == Invariant.NEXT_TEXT || rule == Invariant.SLAB_COUNT;
    }

    private boolean apply(Finding finding, boolean alone) {
        return switch (finding.rule()) {
            case HEADER_FIELD -> finding.at() == HeaderLayout.LEVEL_OFFSET && set(finding, 2);
            case POOL_ENTRY, ACCOUNTS -> false;
            case RESERVED, BUDGET -> set(finding, 0);
            case SLAB_COUNT, NEXT_TEXT, NEXT_PROCESS -> set(finding, finding.context());
            case USED -> alone && set(finding, finding.context());
            case TOTALS -> alone && balance(finding);
            case HINT -> count(Remedy.REBUILD, lead(finding));
            case GENERATION -> count(Remedy.REBUILD, raiseGenerations(finding));
            case PARTICIPANT_WORD -> count(Remedy.REBUILD, participants.restore(finding.number(), reclaimer));
            case PARTICIPANT_BODY -> body(finding);
            case HISTORY_ENTRY ->
                count(Remedy.REBUILD, participants.history().forget(finding.number(), finding.observed()));
            case TEXT, TEXT_MISSING -> count(Remedy.REBUILD, forgetText(finding));
            case SLAB_OWNER -> settle(SlabWord.owner(finding.observed()));
            case RECORD_OWNER -> settle(StateWord.owner(finding.observed()));
            case SLAB_WORD, SLAB_CLASS, SLAB_RUN, SLAB_TAIL, SLAB_POOL, SLAB_HEADER -> slab(finding, alone);
            case RECORD_WORD, RECORD_STATE, RECORD_SEAL, RECORD_SIZE, RECORD_NAMES, RECORD_POOL -> quarantine(finding);
        };
    }

    private boolean set(Finding finding, long value) {
        return count(Remedy.REBUILD, memory.compareAndSetLong(finding.at(), finding.observed(), value));
    }

    /** Frees are counted up or down until they leave what is there; an addition, since others may count meanwhile. */
    private boolean balance(Finding finding) {
        if (finding.place().equals("pool")) {
            return set(finding, finding.context());
        }
        memory.getAndAddLong(finding.at(), finding.observed() - finding.context());
        return count(Remedy.REBUILD, true);
    }

    private boolean lead(Finding finding) {
        memory.getAndBitwiseOrLong(finding.at(), finding.context());
        return true;
    }

    /** A counter that is too high costs nothing: there are 44 bits. A generation that is far off is the record's fault. */
    private boolean raiseGenerations(Finding finding) {
        long generation = StateWord.generation(finding.observed());
        long drawn = memory.getLongVolatile(HeaderLayout.GENERATION_OFFSET);
        long ahead = (generation - drawn) & StateWord.GENERATION_MASK;
        if (ahead > GENERATIONS_AHEAD) {
            return ahead <= StateWord.GENERATION_MASK >>> 1 && quarantine(finding);
        }
        return memory.compareAndSetLong(HeaderLayout.GENERATION_OFFSET, drawn, drawn + ahead + 1);
    }

    /** The history is for people; who is in a slot is not. So it is the entry that goes, or the dead one. */
    private boolean body(Finding finding) {
        int slot = finding.number();
        if (participants.reap(slot, reclaimer)) {
            return count(Remedy.RECLAIM, true);
        }
        long process = memory.getLong(RegionMap.participantAt(slot) + ParticipantLayout.PROCESS_OFFSET);
        return process > 0
                && count(Remedy.REBUILD, participants.history().forget((int) (process % map.historyCount()), process));
    }

    private boolean forgetText(Finding finding) {
        return finding.place().equals("site")
                ? sites.forget(finding.number(), finding.observed())
                : tags.forget(finding.number(), finding.observed());
    }

    /** Once for each owner: a settlement goes through the whole region. */
    private boolean settle(int owner) {
        return settled.add(owner) && count(Remedy.RECLAIM, participants.settleEmpty(owner - 1, reclaimer));
    }

    private boolean slab(Finding finding, boolean alone) {
        return count(Remedy.REBUILD, slabs.rebuild(finding, alone))
                || alone
                        && finding.rule() != Invariant.SLAB_HEADER
                        && count(Remedy.QUARANTINE, slabs.quarantine(finding));
    }

    private boolean quarantine(Finding finding) {
        return count(Remedy.QUARANTINE, BlockStates.quarantine(memory, finding.at(), finding.observed()));
    }

    private boolean count(Remedy remedy, boolean happened) {
        if (happened) {
            done.merge(remedy, 1L, Long::sum);
        }
        return happened;
    }
}
