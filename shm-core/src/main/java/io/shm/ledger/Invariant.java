package io.shm.ledger;

import java.util.Locale;

/**
 * What holds in every region at every moment, whoever works in it and whoever has died: one constant a rule.
 *
 * <p>A rule that is not kept is damage. Three of them are about hints and counters: a crash may leave those off, and what
 * that costs is a detour or an early refusal; they are compared only where nobody is attached who could be in between.
 */
public enum Invariant {
    HEADER_FIELD(Remedy.NONE, "a field of the header has a value that there is"),
    RESERVED(Remedy.REBUILD, "what is reserved is zero"),
    SLAB_COUNT(Remedy.REBUILD, "the slabs in use are those that the region was made with and has grown by"),
    GENERATION(Remedy.REBUILD, "no block has a generation that was not drawn yet"),
    NEXT_PROCESS(Remedy.REBUILD, "no process has an id that was not drawn yet"),
    NEXT_TEXT(Remedy.REBUILD, "the next text goes behind the last one"),

    PARTICIPANT_WORD(Remedy.REBUILD, "the word of a slot is valid"),
    PARTICIPANT_BODY(Remedy.REBUILD, "a slot in use says who is in it, as the history does"),
    HISTORY_ENTRY(Remedy.REBUILD, "an entry of the process history is where its id belongs"),

    TEXT(Remedy.REBUILD, "an entry leads to the text that was put there, where its hash says"),
    TEXT_MISSING(Remedy.REBUILD, "what records name has a text"),
    BUDGET(Remedy.REBUILD, "a budget is not negative"),
    SCOPE(Remedy.REBUILD, "an entry of the scope table has a state that there is, and a name no longer than its place"),
    FAULT_ENTRY(Remedy.REBUILD, "an entry of the fault log is of a kind that there is, and was drawn"),
    POOL_ENTRY(Remedy.NONE, "a pool's size, count and slabs go together"),

    SLAB_WORD(Remedy.QUARANTINE, "the word of a slab is valid"),
    SLAB_CLASS(Remedy.QUARANTINE, "a slab's state, owner and class go together"),
    SLAB_RUN(Remedy.QUARANTINE, "a run is as long as its class says, and ends within the region"),
    SLAB_TAIL(Remedy.REBUILD, "the slabs of a run behind its first are its tails, and no others"),
    SLAB_POOL(Remedy.REBUILD, "a pool's slabs are the pool's"),
    SLAB_OWNER(Remedy.RECLAIM, "who owns a slab takes part"),
    SLAB_HEADER(Remedy.REBUILD, "a formatted slab begins with its canary and its class"),

    RECORD_WORD(Remedy.QUARANTINE, "the state word of a block is valid"),
    RECORD_STATE(Remedy.QUARANTINE, "a block's state and its owner go together"),
    RECORD_SEAL(Remedy.QUARANTINE, "a record in use matches its checksum"),
    RECORD_SIZE(Remedy.QUARANTINE, "a block in use is as large as requested, in its place and of its alignment"),
    RECORD_NAMES(Remedy.QUARANTINE, "a record in use names a site, a tag and a process that there can be"),
    RECORD_OWNER(Remedy.RECLAIM, "who owns a block takes part"),
    RECORD_POOL(Remedy.QUARANTINE, "a pool's blocks are of its tag, and spare records are not used"),
    GUARD(Remedy.NONE, "nothing was written beside a block in use"),

    CELL_PLACE(Remedy.QUARANTINE, "a block in a cell says in which, and there can be one"),
    CELL_LOST(Remedy.QUARANTINE, "the cell of a block that is kept in one holds it, unless its holder was freed"),
    CELL_DANGLING(Remedy.REBUILD, "what a cell holds is a block that is recorded there"),
    HOLDERS(Remedy.REBUILD, "who holds a shared block takes part"),
    CHANNEL_HEADER(Remedy.NONE, "a block of a channel, of requests or of a broadcast begins as one"),
    CHANNEL_WORD(Remedy.REBUILD, "a slot of a channel, a call and a subscription have a word that there is"),
    CHANNEL_OWNER(Remedy.RECLAIM, "who has a slot of a channel, a call or a subscription takes part"),

    ACCOUNTS(Remedy.NONE, "the parts add up to the mapped size"),

    HINT(Remedy.REBUILD, "a slab's hint leads to its free blocks"),
    USED(Remedy.REBUILD, "what is charged against a budget is what its blocks have"),
    TOTALS(Remedy.REBUILD, "allocations less frees are the blocks in use");

    /** What {@code --repair} does about a broken rule. */
    public enum Remedy {
        /** It cannot be told from what is left how it was. */
        NONE,
        /** Made anew from what else the region says. */
        REBUILD,
        /** Settled by the region's policy, as what the dead held. */
        RECLAIM,
        /** Taken out of use until an operator decides. */
        QUARANTINE;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Remedy remedy;
    private final String sentence;
    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    Invariant(Remedy remedy, String sentence) {
        this.remedy = remedy;
        this.sentence = sentence;
    }

    public Remedy remedy() {
        return remedy;
    }

    /** The rule in words. */
    public String sentence() {
        return sentence;
    }

    /** The name as users see it: {@code slab-word}. */
    public String label() {
        return label;
    }

    /** Whether it is about a hint or a counter, which a crash may leave off, rather than about the truth. */
    public boolean isHint() {
        return this == HINT || this == USED || this == TOTALS;
    }
}
