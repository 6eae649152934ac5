package io.shm.ledger;

import io.shm.layout.SlabClass;
import io.shm.layout.SlabWord;
import io.shm.memory.SharedMemory;

/**
 * The state machine of a slab. Nothing else writes a slab's word, except when a region is made: {@link RegionHeader}, and
 * the heap for its pools.
 *
 * <pre>
 *        claim            own                 giveUp
 *  FREE --------> CLAIM(P) ----> OWN(P,class) -------> PARTIAL(class)
 *   ^  unclaim   /  |  \            | ^                  |
 *   |&lt;----------'   |   \ tail      | '------------------'  adopt
 *   |               |    `---> TAIL(P)
 *   |               | large                 release
 *   |               `-------> LARGE -----.     |
 *   |  (tails first, the head last)       v    v
 *   `------------------------------- RELEASING
 * </pre>
 *
 * A run of several slabs is claimed slab by slab; its entries' RUN and HEAD are written, its tails become TAIL, the
 * head is formatted, and the head's word commits all of it. A TAIL whose head is no committed run belongs to the
 * claimer in its word. Each way to FREE raises the epoch, so that no word comes back
 * once the slab was free; between OWN and PARTIAL it does, and whoever adopts looks at the records again.
 *
 * <p>Threads and processes: each arrow is one CAS from the exact word seen; false means that the word had changed.
 */
public final class SlabStates {
    /** FREE → CLAIM(P), by anyone. Dies after: whoever reclaims P makes it FREE again. */
    public static boolean claim(SharedMemory memory, long entryAt, long free, int owner) {
        return memory.compareAndSetLong(entryAt, free, claimed(free, owner));
    }

    /** The word that a successful {@link #claim} leaves. */
    public static long claimed(long free, int owner) {
        return SlabWord.pack(SlabState.CLAIM.code(), owner, SlabClass.NONE, SlabWord.epoch(free));
    }

    /** CLAIM(P) → FREE, by P or whoever reclaims it. */
    public static boolean unclaim(SharedMemory memory, long entryAt, long claim) {
        return memory.compareAndSetLong(entryAt, claim, freed(claim));
    }

    /** CLAIM(P) → TAIL(P), by P, after HEAD was written. Dies after: the head is not committed; reclaimed with it. */
    public static boolean tail(SharedMemory memory, long entryAt, long claim) {
        return memory.compareAndSetLong(
                entryAt,
                claim,
                SlabWord.pack(SlabState.TAIL.code(), SlabWord.owner(claim), SlabClass.NONE, SlabWord.epoch(claim)));
    }

    /**
     * CLAIM(P) → OWN(P,class), by P: commits the format of the slab or run. The CAS publishes the records; pairs with
     * the acquire of a reader of the word.
     *
     * <p>Dies after: an owned slab of a dead owner, PARTIAL once it is reclaimed.
     */
    public static boolean own(SharedMemory memory, long entryAt, long claim, int slabClass) {
        return memory.compareAndSetLong(entryAt, claim, owned(claim, SlabWord.owner(claim), slabClass));
    }

    /** The word of a slab that an owner has for a class, in the epoch of an earlier word. */
    public static long owned(long word, int owner, int slabClass) {
        return SlabWord.pack(SlabState.OWN.code(), owner, slabClass, SlabWord.epoch(word));
    }

    /** CLAIM(P) → LARGE, by P: commits a large run together with the live record that was written in it. */
    public static boolean large(SharedMemory memory, long entryAt, long claim) {
        return memory.compareAndSetLong(
                entryAt, claim, SlabWord.pack(SlabState.LARGE.code(), 0, SlabClass.LARGE, SlabWord.epoch(claim)));
    }

    /** OWN(P) → PARTIAL, by P or whoever reclaims it. Dies after: anyone may adopt it. */
    public static boolean giveUp(SharedMemory memory, long entryAt, long own) {
        return memory.compareAndSetLong(
                entryAt, own, SlabWord.pack(SlabState.PARTIAL.code(), 0, SlabWord.slabClass(own), SlabWord.epoch(own)));
    }

    /** PARTIAL → OWN(Q), by anyone. Dies after: as {@link #own}. */
    public static boolean adopt(SharedMemory memory, long entryAt, long partial, int owner) {
        return memory.compareAndSetLong(entryAt, partial, owned(partial, owner, SlabWord.slabClass(partial)));
    }

    /**
     * OWN(P) → RELEASING by P with no block live and no index cached; LARGE → RELEASING by anyone once its record is
     * FREE. Dies after: anyone finishes with {@link #freeTail} and {@link #freeHead}.
     */
    public static boolean release(SharedMemory memory, long entryAt, long word) {
        return memory.compareAndSetLong(
                entryAt,
                word,
                SlabWord.pack(SlabState.RELEASING.code(), 0, SlabWord.slabClass(word), SlabWord.epoch(word)));
    }

    /** TAIL → FREE, by anyone who has just seen the head RELEASING, or reclaims the claimer of a run never committed. */
    public static boolean freeTail(SharedMemory memory, long entryAt, long tail) {
        return memory.compareAndSetLong(entryAt, tail, freed(tail));
    }

    /** RELEASING → FREE, by anyone, after all tails. */
    public static boolean freeHead(SharedMemory memory, long entryAt, long releasing) {
        return memory.compareAndSetLong(entryAt, releasing, freed(releasing));
    }

    /**
     * Any word, valid or not → QUARANTINE, by whoever repairs, where nobody knows what lies in the slab. Nothing leads out
     * of it. Dies after: nothing is left to do; its run's tails stay behind it.
     */
    public static boolean quarantine(SharedMemory memory, long entryAt, long seen) {
        return memory.compareAndSetLong(
                entryAt, seen, SlabWord.pack(SlabState.QUARANTINE.code(), 0, SlabClass.NONE, SlabWord.epoch(seen)));
    }

    /**
     * A damaged word → what it was, by whoever repairs and knows it from what else is left: PARTIAL of a class, LARGE, a
     * tail, or a pool's. Dies after: nothing is left to do.
     */
    public static boolean rebuild(SharedMemory memory, long entryAt, long damaged, long word) {
        return memory.compareAndSetLong(entryAt, damaged, word);
    }

    /** The word of a formatted slab without an owner; of an epoch that no word of this slab had, as far as anyone knows. */
    public static long partial(int slabClass, long epoch) {
        return SlabWord.pack(SlabState.PARTIAL.code(), 0, slabClass, epoch);
    }

    /** The word of the first slab of a large run, as {@link #partial}. */
    public static long large(long epoch) {
        return SlabWord.pack(SlabState.LARGE.code(), 0, SlabClass.LARGE, epoch);
    }

    /** The word of a slab that was never used. */
    public static long initial() {
        return SlabWord.pack(SlabState.FREE.code(), 0, SlabClass.NONE, 0);
    }

    /** The word of the first slab of a pool's run. */
    public static long pool(int pool) {
        return SlabWord.pack(SlabState.POOL.code(), 0, SlabClass.ofPool(pool), 0);
    }

    /** The word of a further slab of a pool's run. */
    public static long poolTail() {
        return SlabWord.pack(SlabState.TAIL.code(), 0, SlabClass.NONE, 0);
    }

    private static long freed(long word) {
        return SlabWord.pack(SlabState.FREE.code(), 0, SlabClass.NONE, SlabWord.epoch(word) + 1);
    }

    private SlabStates() {}
}
