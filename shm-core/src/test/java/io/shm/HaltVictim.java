package io.shm;

import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.heap.Heap;
import io.shm.heap.Reclaim;
import io.shm.heap.Views;
import io.shm.layout.RegionMap;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.Sites;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;
import io.shm.memory.WatchedMemory;
import io.shm.participant.Membership;
import io.shm.participant.Participants;
import io.shm.recovery.Settlement;
import io.shm.segment.Access;
import io.shm.segment.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A process that joins, does some of everything and leaves; and ends without any notice before its n-th write. */
final class HaltVictim {
    static final int HALTED = 99;

    public static void main(String[] args) {
        try (Segment segment = Segment.attach(args[0], Access.READ_WRITE)) {
            HaltingMemory memory = new HaltingMemory(segment.memory(), Long.parseLong(args[1]));
            RegionMap map =
                    RegionHeader.check(memory, args[0], segment.mappedSize()).map();
            Tags tags = new Tags(memory, map);
            Participants participants = new Participants(memory, map, new LockFileSlots(segment.lockFile()));
            Settlement settlement =
                    new Settlement(() -> new Reclaim(memory, map, tags, 0, false, 1), (slot, held) -> {});
            Membership membership = participants.join("halting", settlement);
            Heap heap = new Heap(
                    memory,
                    map,
                    membership.owner(),
                    membership.processId(),
                    new Sites(memory, map),
                    tags,
                    new NoViews());
            heap.tick(1);
            work(heap, tags);
            heap.close();
            participants.leave(membership, settlement);
            System.out.println(memory.writes);
        }
    }

    private static void work(Heap heap, Tags tags) {
        List<Block> blocks = new ArrayList<>();
        int secret = BlockSpec.of(1).secret().flags();
        for (int round = 0; round < 2; round++) {
            for (long size : new long[] {2000, 3000, 20_000, 200_000}) {
                blocks.add(heap.tryAllocate(size, 0, 0, 0));
            }
            blocks.add(heap.tryAllocate(300, tags.idOf("packet"), 0, 0));
            blocks.add(heap.tryAllocate(300, tags.idOf("limited"), 0, secret));
            blocks.remove(0).resize(2500).free();
            blocks.remove(0).free();
            blocks.remove(blocks.size() - 2).free();
        }
        blocks.remove(1).free();
        blocks.get(0).resize(30_000);
    }

    private static final class HaltingMemory extends WatchedMemory {
        private final long haltBefore;
        private long writes;

        HaltingMemory(SharedMemory inner, long haltBefore) {
            super(inner);
            this.haltBefore = haltBefore;
        }

        @Override
        protected void beforeWrite(long offset) {
            if (++writes == haltBefore) {
                Runtime.getRuntime().halt(HALTED);
            }
        }
    }

    private static final class NoViews implements Views {
        @Override
        public ByteBuffer byteBuffer(long offset, int length) {
            throw new UnsupportedOperationException("no views here");
        }

        @Override
        public void handedOut() {}
    }

    private HaltVictim() {}
}
