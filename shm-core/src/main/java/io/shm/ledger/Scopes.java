package io.shm.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shm.layout.RegionMap;
import io.shm.layout.ScopeLayout;
import io.shm.layout.ScopeWord;
import io.shm.memory.SharedMemory;
import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * The scope table of a region: names under which blocks are counted together, by scopes and holders.
 *
 * <p>An entry serves again once no block has it: one that is closed with nothing left at once, one that left something
 * when there is no other and nothing is left any more. So what fills the table is only scopes that are open, and such
 * as have leaked. A table that is full gives no entry, never a refusal.
 *
 * <p>Threads and processes: safe. A crash leaves an entry of a process that is gone, which is released like a closed one.
 */
public final class Scopes {
    private final SharedMemory memory;
    private final RegionMap map;
    /** Where the next look begins; a hint of this process. A benign race. */
    private int cursor;

    public Scopes(SharedMemory memory, RegionMap map) {
        this.memory = memory;
        this.map = map;
    }

    /**
     * Opens a scope, or a holder.
     *
     * @param process id of the process history
     * @return what records are to have as their scope; 0 where no entry is free
     */
    public int open(String name, ScopeState state, int process, long nowMs) {
        int count = map.scopeCount();
        for (int i = 0; i < count - 1; i++) {
            int entry = 1 + (cursor + i) % (count - 1);
            long entryAt = map.scopeAt(entry);
            long free = memory.getLongAcquire(entryAt);
            if (ScopeStates.isFree(free) && ScopeStates.claim(memory, entryAt, free, process)) {
                cursor = entry - 1;
                long claim = ScopeStates.claimed(free, process);
                writeBody(entryAt, name, nowMs);
                return ScopeStates.open(memory, entryAt, claim, state) ? ScopeWord.id(entry, claim) : 0;
            }
        }
        return 0;
    }

    private void writeBody(long entryAt, String name, long nowMs) {
        byte[] bytes = name.getBytes(UTF_8);
        int length = bytes.length;
        if (length > ScopeLayout.NAME_BYTES) {
            length = ScopeLayout.NAME_BYTES;
            while ((bytes[length] & 0xc0) == 0x80) {
                length--;
            }
        }
        // A reader that sees one of these stores also sees that the word has changed.
        SharedMemory.storeStoreFence();
        memory.putLong(entryAt + ScopeLayout.OPENED_AT_OFFSET, nowMs);
        memory.putLong(entryAt + ScopeLayout.CLOSED_AT_OFFSET, 0);
        memory.putLong(entryAt + ScopeLayout.NAME_LENGTH_OFFSET, length);
        memory.putBytes(entryAt + ScopeLayout.NAME_OFFSET, bytes, 0, length);
    }

    /** Closes a scope of this process that leaves blocks behind; its name stays with them. */
    public void close(int id, long nowMs) {
        long word = wordOf(id);
        if (ScopeStates.is(word, ScopeState.OPEN)) {
            long entryAt = map.scopeAt(ScopeWord.entryOf(id));
            memory.putLong(entryAt + ScopeLayout.CLOSED_AT_OFFSET, nowMs);
            ScopeStates.close(memory, entryAt, word);
        }
    }

    /** Gives back a scope or holder of this process that no block has. */
    public void release(int id) {
        long word = wordOf(id);
        if (word != 0 && ScopeStates.release(memory, map.scopeAt(ScopeWord.entryOf(id)), word)) {
            cursor = ScopeWord.entryOf(id) - 1;
        }
    }

    /**
     * Releases what nobody needs: closed scopes that no block has any more, and those of processes that are gone.
     *
     * @param isGone by id of the process history
     * @return whether there were any
     */
    public boolean sweep(LedgerScan scan, IntPredicate isGone) {
        int count = map.scopeCount();
        long[] seen = new long[count];
        for (int entry = 1; entry < count; entry++) {
            seen[entry] = memory.getLongAcquire(map.scopeAt(entry));
        }
        // After the words: a block that is allocated under one of them later changes nothing, as closed ones have no
        // more.
        BitSet used = used(scan);
        boolean released = false;
        for (int entry = 1; entry < count; entry++) {
            long word = seen[entry];
            boolean over = ScopeStates.is(word, ScopeState.CLOSED)
                    || (!ScopeStates.isFree(word) && isGone.test(ScopeWord.process(word)));
            if (over && !used.get(ScopeWord.id(entry, word))) {
                released |= ScopeStates.release(memory, map.scopeAt(entry), word);
            }
        }
        return released;
    }

    private static BitSet used(LedgerScan scan) {
        BitSet used = new BitSet();
        scan.forEach(new LedgerScan.Visitor() {
            @Override
            public void slab(SlabView slab) {}

            @Override
            public void block(SlabView slab, RecordView block) {
                if (block.damaged() || block.moved() || block.isUsed()) {
                    used.set(block.scope());
                }
            }
        });
        return used;
    }

    /** Makes an entry whose word was found damaged a free one. Its blocks, if it has any, have no name any more. */
    public boolean restore(int entry, long damaged) {
        return ScopeStates.restore(memory, map.scopeAt(entry), damaged);
    }

    /** Whether a scope is closed, so that what is live of it is leaked. */
    public boolean isClosed(int id) {
        return id != 0 && ScopeStates.is(wordOf(id), ScopeState.CLOSED);
    }

    /** The name of a scope or holder; empty for none, and for whatever cannot be read. */
    public String name(int id) {
        long word = wordOf(id);
        if (word == 0) {
            return "";
        }
        long entryAt = map.scopeAt(ScopeWord.entryOf(id));
        long length = memory.getLong(entryAt + ScopeLayout.NAME_LENGTH_OFFSET);
        byte[] name = new byte[(int) Math.max(0, Math.min(ScopeLayout.NAME_BYTES, length))];
        memory.getBytes(entryAt + ScopeLayout.NAME_OFFSET, name, 0, name.length);
        SharedMemory.loadLoadFence();
        boolean isOne = !ScopeStates.is(word, ScopeState.FREE)
                && !ScopeStates.is(word, ScopeState.CLAIM)
                && memory.getLong(entryAt) == word;
        return isOne ? new String(name, UTF_8) : "";
    }

    /** The word of the entry that a record's number names in this use; 0 if it names none. */
    private long wordOf(int id) {
        int entry = ScopeWord.entryOf(id);
        if (entry == 0 || entry >= map.scopeCount()) {
            return 0;
        }
        long word = memory.getLongAcquire(map.scopeAt(entry));
        return ScopeWord.isValid(word) && ScopeWord.use(word) == ScopeWord.useOf(id) ? word : 0;
    }

    /** Entries in use, for tests. */
    public int used() {
        int used = 0;
        for (int entry = 1; entry < map.scopeCount(); entry++) {
            used += ScopeStates.isFree(memory.getLongAcquire(map.scopeAt(entry))) ? 0 : 1;
        }
        return used;
    }
}
