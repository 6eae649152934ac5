package io.shm.inspect;

import io.shm.layout.BroadcastLayout;
import io.shm.layout.BroadcastWord;
import io.shm.layout.RegionMap;
import io.shm.layout.StateWord;
import io.shm.layout.SubscriptionLayout;
import io.shm.ledger.BroadcastBlock;
import io.shm.ledger.SubscriptionState;
import io.shm.ledger.SubscriptionStates;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the broadcasts of a region and looks at who subscribes to them. Everything read is checked before it is used. */
final class SubscriptionRows {
    private final SharedMemory memory;
    private final RegionMap map;
    private final Processes processes;

    SubscriptionRows(SharedMemory memory, RegionMap map, Processes processes) {
        this.memory = memory;
        this.map = map;
        this.processes = processes;
    }

    /** By broadcast; of each the one first that is furthest behind. */
    List<SubscriptionRow> read() {
        List<SubscriptionRow> rows = new ArrayList<>();
        for (NamedBlocks.Found block : NamedBlocks.of(memory, map, BroadcastBlock.TYPE)) {
            BroadcastBlock broadcast = BroadcastBlock.of(memory, block.at(), block.size());
            if (broadcast != null) {
                add(rows, block.name(), broadcast);
            }
        }
        rows.sort(Comparator.comparing(SubscriptionRow::broadcast)
                .thenComparing(SubscriptionRow::offset)
                .thenComparing(Comparator.comparing(SubscriptionRow::lag).reversed()));
        return rows;
    }

    private void add(List<SubscriptionRow> rows, String name, BroadcastBlock broadcast) {
        long tail = memory.getLongAcquire(broadcast.at() + BroadcastLayout.TAIL_OFFSET);
        long sent = Math.max(0, tail - broadcast.capacity());
        int before = rows.size();
        for (int i = 0; i < BroadcastWord.SUBSCRIPTIONS; i++) {
            long word = memory.getLongAcquire(broadcast.subscriptionAt(i));
            SubscriptionState state = SubscriptionStates.of(word);
            boolean isDetached = state == SubscriptionState.DETACHED;
            if (!isDetached && state != SubscriptionState.ACTIVE) {
                continue;
            }
            long figures = BroadcastLayout.figuresAt(broadcast.at(), i);
            long lag = tail - memory.getLongAcquire(figures + SubscriptionLayout.CURSOR_OFFSET);
            rows.add(new SubscriptionRow(
                    name,
                    broadcast.at(),
                    broadcast.capacity(),
                    broadcast.detaches(),
                    sent,
                    processes.ofOwner(StateWord.owner(word)),
                    Math.max(0, Math.min(broadcast.capacity(), lag)),
                    SubscriptionStates.missed(memory.getLongAcquire(figures + SubscriptionLayout.MISSED_OFFSET), word),
                    isDetached));
        }
        if (rows.size() == before) {
            rows.add(new SubscriptionRow(
                    name, broadcast.at(), broadcast.capacity(), broadcast.detaches(), sent, null, 0, 0, false));
        }
    }
}
