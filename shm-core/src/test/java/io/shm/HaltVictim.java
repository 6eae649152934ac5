package io.shm;

import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.heap.Heap;
import io.shm.ledger.Tags;
import io.shm.segment.Access;
import io.shm.segment.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A process that joins, does some of everything and leaves; and ends without any notice before its n-th write. */
final class HaltVictim {
    private static final int CELL_STEPS = 300;

    public static void main(String[] args) {
        try (Segment segment = Segment.attach(args[0], Access.READ_WRITE)) {
            HaltingMemory memory = new HaltingMemory(segment.memory(), Long.parseLong(args[1]));
            try (BareRegion region = new BareRegion(segment, memory, "halting")) {
                work(region.heap, region.tags);
                workWithCells(region);
            }
            System.out.println(memory.writes());
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

    /** The same in every process, so that write n is in the same place. */
    private static void workWithCells(BareRegion region) {
        RandomWork work = new RandomWork(region, 0, new SplittableRandom(4711));
        for (int i = 0; i < CELL_STEPS; i++) {
            work.step();
            work.cellStep();
        }
        work.end();
    }

    private HaltVictim() {}
}
