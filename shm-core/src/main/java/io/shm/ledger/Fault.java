package io.shm.ledger;

import io.shm.layout.FaultLayout;
import io.shm.layout.FaultWord;
import io.shm.layout.RecordWords;
import java.util.Arrays;

/**
 * A proven wrong, or a finding that is nobody's mistake, with its evidence: what goes into the fault log and comes out of
 * it. Fill in what is known; everything else stays 0, {@link Trace#NONE} or empty. For one thread.
 */
public final class Fault {
    private static final byte[] NOTHING = {};

    final FaultKind kind;
    long count = 1;
    long firstAtMs;
    long lastAtMs;
    long offset;
    long sizeWord;
    long handle;
    long generation;
    Trace allocated = Trace.NONE;
    Trace other = Trace.NONE;
    Trace by = Trace.NONE;
    long secondOffset;
    long secondSizeWord;
    Trace secondAllocated = Trace.NONE;
    long cell;
    long blocks;
    long bytes;
    long expected;
    long observed;
    long foundAt;
    byte[] found = NOTHING;
    /** Whether the block is known to have had several generations in this life: not so once a hand-over of it has failed. */
    private boolean handedOver;

    private Fault(FaultKind kind) {
        this.kind = kind;
    }

    public static Fault of(FaultKind kind) {
        return new Fault(kind);
    }

    /** As an event. */
    public void tell(EventSink sink) {
        int tag = RecordWords.tagOf(sizeWord);
        sink.happened(EventKind.FAULT, offset, handle, RecordWords.sizeOf(sizeWord), tag, by.site(), kind.code());
    }

    // ---------------------------------------------------------------- evidence

    /** When it was proven: milliseconds since the region was created. */
    public Fault provenAt(long atMs) {
        firstAtMs = atMs;
        lastAtMs = atMs;
        return this;
    }

    /** The block in question: place, size, handle and who allocated it, as its record says. */
    public Fault block(RecordView block, Trace allocated) {
        handedOver = block.action() != BlockStates.ALLOCATED;
        return place(block.payloadAt(), block.sizeWord(), block.handle(), block.generation())
                .allocated(allocated);
    }

    /**
     * The block, or the place, in question.
     *
     * @param sizeWord {@link RecordWords#size}
     */
    public Fault place(long offset, long sizeWord, long handle, long generation) {
        this.offset = offset;
        this.sizeWord = sizeWord;
        this.handle = handle;
        this.generation = generation;
        return this;
    }

    /** The handle that was used, where it is not the block's. */
    public Fault handle(long used) {
        handle = used;
        return this;
    }

    public Fault allocated(Trace trace) {
        allocated = trace;
        return this;
    }

    /** The other party: who freed it before, or wrote over it. */
    public Fault other(Trace trace) {
        other = trace;
        return this;
    }

    /** Who did the wrong; with a finding, the process that it is about. */
    public Fault by(Trace trace) {
        by = trace;
        return this;
    }

    /** Another block that has to do with it: the neighbour, or the one that was written over the reference. */
    public Fault second(long offset, long sizeWord, Trace allocated) {
        secondOffset = offset;
        secondSizeWord = sizeWord;
        secondAllocated = allocated;
        return this;
    }

    public Fault cell(long at) {
        cell = at;
        return this;
    }

    /** How many blocks and bytes it is about; added up over all times. */
    public Fault amount(long blocks, long bytes) {
        this.blocks = blocks;
        this.bytes = bytes;
        return this;
    }

    /** What should have been there, and what was: a bound and an index, a budget and what was asked, a word and another. */
    public Fault observed(long expected, long observed) {
        this.expected = expected;
        this.observed = observed;
        return this;
    }

    /** Bytes that were found; the first {@value FaultLayout#FOUND_BYTES} are kept. */
    public Fault found(long at, byte[] bytes) {
        foundAt = at;
        found = Arrays.copyOf(bytes, Math.min(bytes.length, FaultLayout.FOUND_BYTES));
        return this;
    }

    // ---------------------------------------------------------------- reading

    public FaultKind kind() {
        return kind;
    }

    public long count() {
        return count;
    }

    public long firstAtMs() {
        return firstAtMs;
    }

    public long lastAtMs() {
        return lastAtMs;
    }

    public long offset() {
        return offset;
    }

    /** Requested bytes of the block. */
    public long size() {
        return RecordWords.sizeOf(sizeWord);
    }

    public int tag() {
        return RecordWords.tagOf(sizeWord);
    }

    public int type() {
        return RecordWords.typeOf(sizeWord);
    }

    public long handle() {
        return handle;
    }

    public long generation() {
        return generation;
    }

    public Trace allocated() {
        return allocated;
    }

    public Trace other() {
        return other;
    }

    public Trace by() {
        return by;
    }

    public long secondOffset() {
        return secondOffset;
    }

    public long secondSize() {
        return RecordWords.sizeOf(secondSizeWord);
    }

    public Trace secondAllocated() {
        return secondAllocated;
    }

    public long cell() {
        return cell;
    }

    public long blocks() {
        return blocks;
    }

    public long bytes() {
        return bytes;
    }

    public long expected() {
        return expected;
    }

    public long observed() {
        return observed;
    }

    public long foundAt() {
        return foundAt;
    }

    public byte[] found() {
        return found.clone();
    }

    // ---------------------------------------------------------------- identity

    /** Whether it is the same fault, and once, however many find it. */
    boolean isOneForAll() {
        return kind.key() == FaultKind.Key.BLOCK;
    }

    /** Whether nobody is known to have done it: then nothing but the block makes it another one. */
    boolean isAnonymousLoss() {
        return kind == FaultKind.OVERWRITTEN_REF && !by.isKnown();
    }

    /** Whether it is the loss of the same block from the same cell. */
    boolean isSameLoss(Fault earlier) {
        return earlier.kind == kind
                && earlier.offset == offset
                && earlier.generation == generation
                && earlier.cell == cell;
    }

    /**
     * Whether it is the same damage to the same allocation, whoever had the block meanwhile: each owner has a generation of
     * his own. A place may have several lives in a millisecond; one in which something was found later than that is this
     * one, since it was not over then.
     */
    boolean isSameDamage(Fault earlier) {
        return (handedOver || earlier.firstAtMs > allocated.atMs())
                && earlier.kind == kind
                && earlier.offset == offset
                && earlier.expected == expected
                && earlier.observed == observed
                && earlier.allocated.equals(allocated);
    }

    /** The word that publishes it: equal for two that are one distinct fault. */
    long word() {
        long hash = group();
        switch (kind.key()) {
            case BLOCK -> {
                hash = mix(hash, offset);
                hash = mix(hash, generation);
            }
            case PROCESS -> hash = mix(hash, by.process());
            case SITES -> {
                if (isAnonymousLoss()) {
                    // So that it can be named once its author is known.
                    hash = mix(hash, offset);
                    hash = mix(hash, generation);
                }
            }
        }
        return FaultWord.pack(kind.code(), hash);
    }

    /** The word of the entry that stands for all of its group beyond those that have one of their own. */
    long groupWord() {
        return FaultWord.pack(kind.code(), mix(group(), ~0L));
    }

    /** Of kind and lines of code. */
    long group() {
        long hash = mix(0x9E3779B97F4A7C15L, kind.code());
        hash = mix(hash, allocated.site());
        // Who finds a damage does not make it another: neither does where.
        boolean found = isOneForAll();
        // Nor does what took a reference's place, once the author is known.
        boolean named = kind == FaultKind.OVERWRITTEN_REF && by.isKnown();
        hash = mix(hash, found || named ? 0 : other.site());
        hash = mix(hash, found ? 0 : by.site());
        return mix(hash, RecordWords.tagOf(sizeWord));
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * 0xC2B2AE3D27D4EB4FL;
        mixed ^= mixed >>> 29;
        mixed *= 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> 32;
    }
}
