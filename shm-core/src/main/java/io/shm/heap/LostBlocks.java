package io.shm.heap;

import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.memory.SharedMemory;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the blocks that nobody in this process can free any more: all their objects were collected, their handle was never
 * asked for, and yet the record says that they are ours and live. At level full and above only.
 *
 * <p>Threads: safe. A crash leaves notes that were made; who reclaims settles the blocks as any others.
 */
final class LostBlocks {
    /** Of a word's count: its handle is out as a number, and whoever has that can free the block. */
    private static final int HANDLE_IS_OUT = 1 << 30;

    private final SharedMemory memory;
    private final int owner;
    private final int process;
    private final ReferenceQueue<Block> collected = new ReferenceQueue<>();
    /** Holds the references, which would be collected themselves. */
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    /** Objects that there are, by the word of their life: a block that was resolved again has several. */
    private final Map<Long, Integer> objects = new ConcurrentHashMap<>();

    private static final class Watch extends PhantomReference<Block> {
        private final long recordAt;
        private final long word;

        Watch(Block block, ReferenceQueue<Block> queue) {
            super(block, queue);
            this.recordAt = block.recordAt();
            this.word = block.word();
        }
    }

    LostBlocks(SharedMemory memory, int owner, int process) {
        this.memory = memory;
        this.owner = owner;
        this.process = process;
    }

    void watch(Block block) {
        long word = block.word();
        if (StateWord.owner(word) == owner && StateWord.state(word) == BlockState.LIVE.code()) {
            objects.merge(word, 1, Integer::sum);
            watches.add(new Watch(block, collected));
        }
    }

    /** Somebody has asked for the handle of a block, and can free it without this object. */
    void handleIsOut(long word) {
        objects.computeIfPresent(word, (w, count) -> count | HANDLE_IS_OUT);
    }

    /** Notes in the records what was lost since the last time. */
    void sweep() {
        for (Object gone = collected.poll(); gone != null; gone = collected.poll()) {
            Watch watch = (Watch) gone;
            watches.remove(watch);
            boolean[] lost = new boolean[1];
            objects.computeIfPresent(watch.word, (word, count) -> {
                lost[0] = count == 1;
                return (count & ~HANDLE_IS_OUT) == 1 ? null : count - 1;
            });
            if (lost[0]) {
                // Nothing happens where it was freed or handed on: the word is another then.
                BlockStates.noteLost(memory, watch.recordAt, watch.word, process);
            }
        }
    }
}
