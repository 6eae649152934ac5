package io.shm.schedule;

import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import java.util.ArrayList;
import java.util.List;

/** What is done with that which the dead have left, where the region keeps it. */
enum OrphanOperation implements Operation {
    /** As an operator does, who has seen a list of them. */
    RELEASE_AN_ORPHAN {
        @Override
        public void run(Actor actor) {
            LedgerScan scan = actor.scan();
            List<Long> offsets = new ArrayList<>();
            scan.forEachWord((slab, recordAt, word) -> {
                if (BlockStates.is(word, BlockState.ORPHAN)) {
                    RecordView block = scan.blockOf(slab, recordAt);
                    if (block != null && !block.damaged() && block.state() == BlockState.ORPHAN) {
                        offsets.add(block.payloadAt());
                    }
                }
            });
            if (!offsets.isEmpty()) {
                // Of several operators most begin at the top of the list, and so meet.
                actor.release(offsets.get(actor.random.nextInt(4) > 0 ? 0 : actor.random.nextInt(offsets.size())));
            }
        }
    },
    /** As the housekeeper of a process with a listener does. */
    LISTEN_FOR_ORPHANS {
        @Override
        public void run(Actor actor) {
            actor.adoptOrphans();
        }
    }
}
