package io.shm.inspect;

import io.shm.layout.ChannelLayout;
import io.shm.layout.Handle;
import io.shm.layout.QueueWord;
import io.shm.layout.RegionMap;
import io.shm.layout.RoleWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.ChannelBlock;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.QueueState;
import io.shm.ledger.QueueStates;
import io.shm.ledger.RecordView;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the channels of a region and looks at their slots. Everything read is checked before it is used. */
final class ChannelRows {
    private final SharedMemory memory;
    private final RegionMap map;
    private final Processes processes;
    private final Clock clock;

    ChannelRows(SharedMemory memory, RegionMap map, Processes processes, Clock clock) {
        this.memory = memory;
        this.map = map;
        this.processes = processes;
        this.clock = clock;
    }

    List<ChannelRow> read() {
        List<ChannelRow> rows = new ArrayList<>();
        List<Long> unfinished = null;
        for (NamedBlocks.Found block : NamedBlocks.of(memory, map, ChannelBlock.TYPE)) {
            ChannelBlock channel = ChannelBlock.of(memory, block.at(), block.size());
            if (channel != null) {
                unfinished = unfinished == null ? unfinished() : unfinished;
                rows.add(row(block.name(), channel, unfinished));
            }
        }
        rows.sort(Comparator.comparing(ChannelRow::name).thenComparing(ChannelRow::offset));
        return rows;
    }

    /** The cells of blocks that wait to be delivered again. */
    private List<Long> unfinished() {
        List<Long> unfinished = new ArrayList<>();
        LedgerScan scan = new LedgerScan(memory, map);
        scan.forEachWord((slab, recordAt, word) -> {
            if (BlockStates.is(word, BlockState.ORPHAN)) {
                RecordView block = scan.blockOf(slab, recordAt);
                if (!block.damaged() && block.action() == BlockStates.UNFINISHED) {
                    unfinished.add(block.cell());
                }
            }
        });
        return unfinished;
    }

    private ChannelRow row(String name, ChannelBlock channel, List<Long> unfinished) {
        long end = channel.at() + ChannelLayout.bytesFor(channel.capacity());
        long again = unfinished.stream()
                .filter(cell -> cell >= channel.at() && cell < end)
                .count();
        LedgerScan scan = new LedgerScan(memory, map);
        long small = 0;
        long busy = 0;
        long blocks = 0;
        long bytes = 0;
        long oldest = 0;
        for (int i = 0; i < channel.capacity(); i++) {
            long word = memory.getLongAcquire(channel.cellAt(i));
            if (!QueueWord.isOne(word)) {
                RecordView block = scan.block(Handle.slab(word), Handle.index(word));
                if (block != null && !block.damaged() && Handle.matches(word, block.word())) {
                    blocks++;
                    bytes += block.size();
                    oldest = oldest == 0 || (block.changedAt() != 0 && block.changedAt() < oldest)
                            ? block.changedAt()
                            : oldest;
                }
                continue;
            }
            QueueState state = QueueStates.of(word);
            small += state == QueueState.FULL ? 1 : 0;
            again += state == QueueState.ORPHAN ? 1 : 0;
            busy += state != null && state.isOwned() ? 1 : 0;
        }
        return new ChannelRow(
                name,
                channel.at(),
                channel.capacity(),
                channel.again(),
                channel.hasOneSender(),
                holder(channel, ChannelLayout.SENDER_OFFSET),
                channel.hasOneReceiver(),
                holder(channel, ChannelLayout.RECEIVER_OFFSET),
                small + blocks,
                blocks,
                bytes,
                oldest == 0 ? null : clock.at(oldest),
                again,
                busy,
                positions(channel, ChannelLayout.TAIL_OFFSET),
                positions(channel, ChannelLayout.HEAD_OFFSET),
                Math.max(0, memory.getLong(channel.at() + ChannelLayout.LOST_OFFSET)),
                waiter(channel, ChannelLayout.RECEIVER_WAITS_OFFSET),
                waiter(channel, ChannelLayout.SENDER_WAITS_OFFSET));
    }

    private long positions(ChannelBlock channel, int offset) {
        return Math.max(0, memory.getLongAcquire(channel.at() + offset) - channel.capacity());
    }

    private ProcessInfo holder(ChannelBlock channel, int offset) {
        return processes.ofOwner(RoleWord.owner(memory.getLongAcquire(channel.at() + offset)));
    }

    private ProcessInfo waiter(ChannelBlock channel, int offset) {
        return processes.ofOwner(memory.getLongAcquire(channel.at() + offset));
    }
}
