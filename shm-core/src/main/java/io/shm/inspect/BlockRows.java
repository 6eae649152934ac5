package io.shm.inspect;

import io.shm.layout.Geometry;
import io.shm.layout.RecordWords;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.RecordView;
import java.time.Instant;
import java.util.List;

/** Turns records into rows, with the names that their ids stand for. */
final class BlockRows {
    private final Names names;
    private final Processes processes;
    private final Clock clock;

    private final HeldIn heldIn;

    BlockRows(Names names, Processes processes, Clock clock, HeldIn heldIn) {
        this.heldIn = heldIn;
        this.names = names;
        this.processes = processes;
        this.clock = clock;
    }

    BlockRow row(RecordView block) {
        BlockState state = block.state();
        // The body of a free record is its last life's; of a damaged one, whatever it is, it is only shown.
        boolean hasBody = block.isSealed();
        boolean isLost = BlockStates.isLost(block.word(), block.changed());
        boolean hasChanged =
                hasBody && block.action() != BlockStates.ALLOCATED && (isLost || block.action() != BlockStates.LOST);
        long cell = hasBody ? heldIn.cellOf(block) : 0;
        // At level off no time was noted.
        Instant born = hasBody && block.bornAt() != 0 ? clock.at(block.bornAt()) : null;
        return new BlockRow(
                block.payloadAt(),
                block.handle(),
                block.slab(),
                block.index(),
                state == null ? "damaged" : state.label(),
                hasBody ? processes.of(block.allocatedBy()) : Processes.UNKNOWN,
                state == null ? null : processes.inSlot(block.owner() - 1),
                hasBody ? block.thread() : 0,
                hasBody ? names.site(block.site()) : SiteInfo.UNKNOWN,
                hasBody ? names.tag(block.tag()) : "",
                hasBody ? Math.min(block.size(), block.capacity()) : 0,
                block.capacity(),
                hasBody ? Math.min(Geometry.MAX_ALIGNMENT, block.alignment()) : Geometry.GUARD_BYTES,
                hasBody && (block.flags() & RecordWords.SECRET) != 0,
                hasBody && (block.flags() & RecordWords.PINNED) != 0,
                born,
                block.generation(),
                hasChanged ? label(block.action()) : "",
                hasChanged ? processes.of(block.changedBy()) : null,
                hasChanged ? (isLost ? SiteInfo.UNKNOWN : names.site(block.changedSite())) : null,
                hasChanged && !isLost ? clock.at(block.changedAt()) : null,
                block.moved(),
                hasBody ? names.stack(block.stack()) : List.of(),
                cell,
                heldIn.text(cell),
                hasBody ? heldIn.holders(block) : List.of());
    }

    /** What was done to a block, in a word; empty for its allocation. */
    static String label(int action) {
        return switch (action) {
            case BlockStates.ALLOCATED -> "";
            case BlockStates.FREED -> "freed";
            case BlockStates.ORPHANED -> "orphaned";
            case BlockStates.RECLAIMED -> "reclaimed";
            case BlockStates.ADOPTED -> "adopted";
            case BlockStates.PUBLISHED -> "published";
            case BlockStates.TAKEN -> "taken";
            case BlockStates.OFFERED -> "offered";
            case BlockStates.ACCEPTED -> "accepted";
            case BlockStates.WITHDRAWN -> "withdrawn";
            case BlockStates.QUEUED -> "queued";
            case BlockStates.UNFINISHED -> "unfinished";
            case BlockStates.LOST -> "lost";
            case BlockStates.OVERWRITTEN -> "overwritten";
            case BlockStates.HOLDER_FREED, BlockStates.QUEUE_FREED -> "holder freed";
            default -> "action " + action;
        };
    }
}
