package io.shm.recovery;

import io.shm.layout.HeaderLayout;
import io.shm.layout.ParticipantLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabWord;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Fault;
import io.shm.ledger.FaultKind;
import io.shm.ledger.FaultLog;
import io.shm.ledger.Finding;
import io.shm.ledger.Invariant;
import io.shm.ledger.Invariant.Remedy;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.RootNames;
import io.shm.ledger.Scopes;
import io.shm.ledger.Sites;
import io.shm.ledger.Tags;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import io.shm.participant.Participants;
import io.shm.participant.Reclaimer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

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

    /** Begins below 2^43, and no region lives that long. */
    private static final long COUNTER_LIMIT = 1L << 50;

    private static final int FEW = 16;

    private final SharedMemory memory;
    private final RegionMap map;
    private final Participants participants;
    private final Reclaimer reclaimer;
    private final Sites sites;
    private final Tags tags;
    private final SlabRepair slabs;
    private final FaultLog log;
    private final LongSupplier nowMs;
    private final Map<Remedy, Long> done = new EnumMap<>(Remedy.class);
    /** Owners that were settled in this round. */
    private final Set<Integer> settled = new HashSet<>();
    /** Records whose owner was settled in an earlier round. */
    private final Set<Long> hadTheirTurn = new HashSet<>();

    private long usualGeneration = -1;
    /** Slabs with findings of their own in this round. */
    private final Set<Integer> slabsInDoubt = new HashSet<>();
    /** Records without a valid word in this round, by slab. */
    private final Map<Integer, Integer> damagedIn = new HashMap<>();

    /**
     * @param reclaimer settles what carries an owner number
     * @param nowMs time of the region, for the fault log
     */
    public Repair(
            SharedMemory memory, RegionMap map, Participants participants, Reclaimer reclaimer, LongSupplier nowMs) {
        this.memory = memory;
        this.map = map;
        this.participants = participants;
        this.reclaimer = reclaimer;
        this.sites = new Sites(memory, map);
        this.tags = new Tags(memory, map);
        this.slabs = new SlabRepair(memory, map);
        this.log = new FaultLog(memory, map);
        this.nowMs = nowMs;
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
        usualGeneration = usualGeneration(findings);
        look(findings);
        // First what the other steps rely on.
        for (Finding finding : findings) {
            steps += isBasic(finding.rule()) && apply(finding, alone) ? 1 : 0;
        }
        for (Finding finding : findings) {
            steps += !isBasic(finding.rule()) && apply(finding, alone) ? 1 : 0;
        }
        return steps;
    }

    /** A slab in doubt comes before its records: what lies where they should be may be what somebody has written. */
    private void look(List<Finding> findings) {
        slabsInDoubt.clear();
        damagedIn.clear();
        for (Finding finding : findings) {
            if (finding.place().equals("slab") && !finding.rule().isHint()) {
                slabsInDoubt.add(finding.number());
            } else if (finding.rule() == Invariant.RECORD_WORD) {
                damagedIn.merge(finding.number(), 1, Integer::sum);
            }
        }
    }

    private static boolean isBasic(Invariant rule) {
        return rule == Invariant.NEXT_TEXT || rule == Invariant.SLAB_COUNT;
    }

    private boolean apply(Finding finding, boolean alone) {
        return switch (finding.rule()) {
            case HEADER_FIELD -> finding.at() == HeaderLayout.LEVEL_OFFSET && set(finding, 2);
            // What was written beside a block is whoever's mistake it was, and the evidence of it: the free mends it.
            case POOL_ENTRY, ACCOUNTS, GUARD, CHANNEL_HEADER -> false;
            case RESERVED, BUDGET, CELL_DANGLING -> set(finding, 0);
            case SLAB_COUNT, NEXT_TEXT, NEXT_PROCESS, HOLDERS, CHANNEL_WORD -> set(finding, finding.context());
            case SCOPE -> scope(finding);
            case FAULT_ENTRY -> fault(finding, alone);
            case USED -> alone && set(finding, finding.context());
            case TOTALS -> alone && balance(finding);
            case HINT -> count(Remedy.REBUILD, lead(finding));
            case GENERATION -> raiseGenerations(finding);
            case PARTICIPANT_WORD -> count(Remedy.REBUILD, participants.restore(finding.number(), reclaimer));
            case PARTICIPANT_BODY -> body(finding);
            case HISTORY_ENTRY ->
                count(Remedy.REBUILD, participants.history().forget(finding.number(), finding.observed()));
            case TEXT, TEXT_MISSING -> count(Remedy.REBUILD, forgetText(finding));
            case SLAB_OWNER -> settle(SlabWord.owner(finding.observed()));
            case RECORD_OWNER -> settleBlock(finding);
            case CHANNEL_OWNER -> hadTheirTurn.add(finding.at()) && settle((int) finding.context());
            case SLAB_WORD, SLAB_CLASS, SLAB_RUN, SLAB_TAIL, SLAB_POOL, SLAB_HEADER -> slab(finding, alone);
            case RECORD_WORD -> recordWord(finding, alone);
            case CELL_PLACE, CELL_LOST, RECORD_STATE, RECORD_SEAL, RECORD_SIZE, RECORD_NAMES, RECORD_POOL ->
                quarantine(finding);
        };
    }

    private boolean scope(Finding finding) {
        return finding.at() == map.scopeAt(finding.number())
                ? count(Remedy.REBUILD, new Scopes(memory, map).restore(finding.number(), finding.observed()))
                : set(finding, 0);
    }

    /** A number that is drawn once more may be one that a living process is about to publish. */
    private boolean fault(Finding finding, boolean alone) {
        return finding.at() == HeaderLayout.FAULT_HEAD_OFFSET
                ? alone && set(finding, finding.context())
                : set(finding, 0);
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

    /**
     * Whose fault it is. A generation near most of the others that are ahead is right, and the counter is behind; so is one
     * not far from the counter. A counter that is too high costs nothing: there are 44 bits.
     */
    private boolean raiseGenerations(Finding finding) {
        long generation = StateWord.generation(finding.observed());
        long drawn = memory.getLongVolatile(HeaderLayout.GENERATION_OFFSET);
        long ahead = (generation - drawn) & StateWord.GENERATION_MASK;
        boolean counterIsRubbish = drawn < 1 || drawn > COUNTER_LIMIT;
        boolean near = usualGeneration >= 0
                ? Math.abs(generation - usualGeneration) < GENERATIONS_AHEAD
                : counterIsRubbish || ahead < GENERATIONS_AHEAD;
        if (!near) {
            return quarantine(finding);
        }
        long next = generation + 1;
        return (counterIsRubbish || ahead <= StateWord.GENERATION_MASK >>> 1)
                && count(Remedy.REBUILD, memory.compareAndSetLong(HeaderLayout.GENERATION_OFFSET, drawn, next));
    }

    /** The median of many generations that are ahead; -1 if they are few. */
    private static long usualGeneration(List<Finding> findings) {
        long[] ahead = findings.stream()
                .filter(finding -> finding.rule() == Invariant.GENERATION)
                .mapToLong(finding -> StateWord.generation(finding.observed()))
                .sorted()
                .toArray();
        return ahead.length > FEW ? ahead[ahead.length / 2] : -1;
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
        int id = finding.number();
        return switch (finding.place()) {
            case "site" -> sites.forget(id, finding.observed());
            case "tag" -> tags.forget(id, finding.observed());
            case "root" -> new RootNames(memory, map).forget(id, finding.observed());
            default -> new Types(memory, map).forget(id, finding.observed());
        };
    }

    /** Once for each owner in a round: a settlement goes through the whole region. */
    private boolean settle(int owner) {
        return settled.add(owner) && count(Remedy.RECLAIM, participants.settleEmpty(owner - 1, reclaimer));
    }

    /** A word that a settlement has left as it was is one that nobody ever wrote. */
    private boolean settleBlock(Finding finding) {
        return hadTheirTurn.add(finding.at()) ? settle(StateWord.owner(finding.observed())) : quarantine(finding);
    }

    private boolean slab(Finding finding, boolean alone) {
        return count(Remedy.REBUILD, slabs.rebuild(finding, alone))
                || (alone && count(Remedy.QUARANTINE, slabs.quarantine(finding)));
    }

    /** Where many records of a slab have no valid word, it is the slab that is not what its word says. */
    private boolean recordWord(Finding finding, boolean alone) {
        int slab = finding.number();
        if (damagedIn.getOrDefault(slab, 0) <= FEW) {
            return quarantine(finding);
        }
        return alone && slabsInDoubt.add(slab) && slab(slabs.doubt(slab), true);
    }

    private boolean quarantine(Finding finding) {
        if (slabsInDoubt.contains(finding.number())) {
            return false;
        }
        if (isDamage(finding.rule())) {
            report(finding);
        }
        return count(Remedy.QUARANTINE, BlockStates.quarantine(memory, finding.at(), finding.observed()));
    }

    private static boolean isDamage(Invariant rule) {
        return switch (rule) {
            case RECORD_WORD, RECORD_STATE, RECORD_SEAL, RECORD_SIZE, RECORD_NAMES, RECORD_POOL -> true;
            default -> false;
        };
    }

    /** The same fault as whoever meets such a record reports; before the record is made another one. */
    private void report(Finding finding) {
        RecordView block = new LedgerScan(memory, map).block(finding.number(), finding.index());
        if (block != null) {
            log.report(Fault.of(FaultKind.DAMAGED_RECORD)
                    .place(block.payloadAt(), 0, 0, 0)
                    .observed(0, finding.observed())
                    .provenAt(nowMs.getAsLong()));
        }
    }

    private boolean count(Remedy remedy, boolean happened) {
        if (happened) {
            done.merge(remedy, 1L, Long::sum);
        }
        return happened;
    }
}
