package io.shm.inspect;

import io.shm.layout.CallLayout;
import io.shm.layout.CallWord;
import io.shm.layout.Handle;
import io.shm.layout.RegionMap;
import io.shm.layout.RequestsLayout;
import io.shm.ledger.CallState;
import io.shm.ledger.CallStates;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.RequestsBlock;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the tables of requests of a region and looks at their calls. Everything read is checked before it is used. */
final class RequestsRows {
    /** More than there are codes of states. */
    private static final int CODES = 16;

    private final SharedMemory memory;
    private final RegionMap map;
    private final Processes processes;
    private final Clock clock;

    RequestsRows(SharedMemory memory, RegionMap map, Processes processes, Clock clock) {
        this.memory = memory;
        this.map = map;
        this.processes = processes;
        this.clock = clock;
    }

    private record Found(String name, RequestsBlock table) {}

    private List<Found> find() {
        List<Found> found = new ArrayList<>();
        for (NamedBlocks.Found block : NamedBlocks.of(memory, map, RequestsBlock.TYPE)) {
            RequestsBlock table = RequestsBlock.of(memory, block.at(), block.size());
            if (table != null) {
                found.add(new Found(block.name(), table));
            }
        }
        found.sort(Comparator.comparing(Found::name)
                .thenComparing(one -> one.table().at()));
        return found;
    }

    List<RequestsRow> read() {
        return find().stream().map(this::row).toList();
    }

    private RequestsRow row(Found found) {
        RequestsBlock table = found.table();
        long[] counts = new long[CODES];
        long ended = 0;
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < table.capacity(); i++) {
            long at = table.callAt(i);
            long word = memory.getLongAcquire(at + CallLayout.WORD_OFFSET);
            CallState state = CallStates.of(word);
            if (state == null) {
                continue;
            }
            counts[state.code()]++;
            ended += Math.max(0, CallWord.number(word) - 1);
            if (isUnderWay(state)) {
                oldest = Math.min(oldest, memory.getLong(at + CallLayout.ASKED_AT_OFFSET));
            }
        }
        return new RequestsRow(
                found.name(),
                table.at(),
                table.capacity(),
                table.again(),
                counts[CallState.ASKED.code()],
                counts[CallState.TAKEN.code()],
                counts[CallState.REPLIED.code()] + counts[CallState.FAILED.code()] + counts[CallState.DIED.code()],
                counts[CallState.ABANDONED.code()],
                oldest == Long.MAX_VALUE ? null : clock.at(oldest),
                ended,
                Math.max(0, memory.getLong(table.at() + RequestsLayout.DIED_OFFSET)),
                Math.max(0, memory.getLong(table.at() + RequestsLayout.GIVEN_UP_OFFSET)),
                servers(table),
                waiter(table, RequestsLayout.SERVER_WAITS_OFFSET),
                waiter(table, RequestsLayout.ROOM_WAITS_OFFSET));
    }

    private List<ProcessInfo> servers(RequestsBlock table) {
        List<ProcessInfo> servers = new ArrayList<>();
        for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
            ProcessInfo process = processes.inSlot(slot);
            if (process != null && memory.getLongAcquire(table.serversAt(slot)) > 0) {
                servers.add(process);
            }
        }
        return servers;
    }

    private ProcessInfo waiter(RequestsBlock table, int offset) {
        return processes.ofOwner(memory.getLongAcquire(table.at() + offset));
    }

    /** The calls that are under way, the one first that has been longest. */
    List<CallRow> calls() {
        List<CallRow> calls = new ArrayList<>();
        LedgerScan scan = new LedgerScan(memory, map);
        for (Found found : find()) {
            for (int i = 0; i < found.table().capacity(); i++) {
                long at = found.table().callAt(i);
                long word = memory.getLongAcquire(at + CallLayout.WORD_OFFSET);
                CallState state = CallStates.of(word);
                if (state != null && isUnderWay(state)) {
                    calls.add(call(found.name(), i, at, word, state, scan));
                }
            }
        }
        calls.sort(Comparator.comparing(CallRow::since));
        return calls;
    }

    private CallRow call(String name, int index, long at, long word, CallState state, LedgerScan scan) {
        boolean isReply = state == CallState.REPLIED;
        int size = memory.getInt(at + (isReply ? CallLayout.REPLY_SIZE_OFFSET : CallLayout.REQUEST_SIZE_OFFSET));
        RecordView block = null;
        if (size == CallLayout.IS_BLOCK) {
            long handle = memory.getLongAcquire(at + (isReply ? CallLayout.REPLY_OFFSET : CallLayout.REQUEST_OFFSET));
            RecordView view = handle == 0 ? null : scan.block(Handle.slab(handle), Handle.index(handle));
            block = view == null || view.damaged() || !Handle.matches(handle, view.word()) ? null : view;
        }
        long inline = Math.max(0, Math.min(CallLayout.PAYLOAD_BYTES, size));
        return new CallRow(
                name,
                index,
                state.name().toLowerCase(Locale.ROOT),
                CallWord.isAgain(word),
                processes.ofOwner(CallWord.requester(word)),
                processes.ofOwner(CallWord.server(word)),
                clock.at(memory.getLong(at + CallLayout.ASKED_AT_OFFSET)),
                Clock.printable(memory.getLong(at + CallLayout.DEADLINE_OFFSET)),
                block == null ? 0 : block.payloadAt(),
                block == null ? inline : block.size());
    }

    private static boolean isUnderWay(CallState state) {
        return state != CallState.FREE && state != CallState.CLAIM;
    }
}
