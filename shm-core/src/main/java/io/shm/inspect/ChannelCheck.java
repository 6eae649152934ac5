package io.shm.inspect;

import io.shm.layout.BroadcastLayout;
import io.shm.layout.BroadcastWord;
import io.shm.layout.CallWord;
import io.shm.layout.ChannelLayout;
import io.shm.layout.QueueWord;
import io.shm.layout.RegionMap;
import io.shm.layout.RequestsLayout;
import io.shm.layout.RoleWord;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockType;
import io.shm.ledger.BroadcastBlock;
import io.shm.ledger.BroadcastStates;
import io.shm.ledger.CallState;
import io.shm.ledger.CallStates;
import io.shm.ledger.ChannelBlock;
import io.shm.ledger.Finding;
import io.shm.ledger.Findings;
import io.shm.ledger.Invariant;
import io.shm.ledger.QueueStates;
import io.shm.ledger.RecordView;
import io.shm.ledger.RequestsBlock;
import io.shm.ledger.SubscriptionState;
import io.shm.ledger.SubscriptionStates;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;

/**
 * The words of channels, requests and broadcasts. What their cells hold is {@link CellCheck}'s; hints and sizes may be
 * anything.
 */
final class ChannelCheck {
    private final SharedMemory memory;
    private final SlotsInUse slots;
    private final Findings findings;
    private final Types types;
    private RecordView block;

    ChannelCheck(SharedMemory memory, RegionMap map, SlotsInUse slots, Findings findings) {
        this.memory = memory;
        this.slots = slots;
        this.findings = findings;
        this.types = new Types(memory, map);
    }

    /** A block in use whose record is sound. */
    void check(RecordView sound) {
        BlockType type = sound.state() == BlockState.HELD ? types.get(sound.type()) : null;
        if (type == null) {
            return;
        }
        block = sound;
        if (type.equals(ChannelBlock.TYPE)) {
            channel(ChannelBlock.of(memory, block.payloadAt(), block.size()));
        } else if (type.equals(RequestsBlock.TYPE)) {
            requests(RequestsBlock.of(memory, block.payloadAt(), block.size()));
        } else if (type.equals(BroadcastBlock.TYPE)) {
            broadcast(BroadcastBlock.of(memory, block.payloadAt(), block.size()));
        }
    }

    private void channel(ChannelBlock channel) {
        if (hasHeader(channel == null, ChannelLayout.POLICY_OFFSET, ChannelBlock.POLICIES)) {
            role(channel.at() + ChannelLayout.SENDER_OFFSET);
            role(channel.at() + ChannelLayout.RECEIVER_OFFSET);
            long tail = memory.getLongAcquire(channel.at() + ChannelLayout.TAIL_OFFSET);
            for (int i = 0; i < channel.capacity(); i++) {
                long at = channel.cellAt(i);
                long word = memory.getLongAcquire(at);
                if (QueueWord.isOne(word)) {
                    boolean valid = QueueStates.of(word) != null && canOwn(QueueWord.owner(word));
                    word(at, word, valid, QueueStates.empty(lapOf(tail, channel.capacity(), i)));
                    owner(at, word, valid ? QueueWord.owner(word) : 0);
                }
            }
        }
    }

    private void role(long at) {
        long word = memory.getLongAcquire(at);
        boolean valid = RoleWord.isValid(word);
        word(at, word, valid, 0);
        owner(at, word, valid ? RoleWord.owner(word) : 0);
    }

    private void requests(RequestsBlock requests) {
        if (hasHeader(requests == null, RequestsLayout.POLICY_OFFSET, ChannelBlock.AGAIN)) {
            for (int i = 0; i < requests.capacity(); i++) {
                long at = requests.callAt(i);
                long word = memory.getLongAcquire(at);
                boolean valid = CallStates.of(word) != null
                        && canOwn(CallWord.requester(word))
                        && canOwn(CallWord.server(word));
                word(at, word, valid, CallWord.pack(CallState.FREE.code(), 0, 0, false, CallWord.number(word) + 1));
                owner(at, word, valid ? CallWord.requester(word) : 0);
                owner(at, word, valid ? CallWord.server(word) : 0);
            }
            for (int slot = 0; slot < RegionMap.PARTICIPANTS; slot++) {
                long at = requests.serversAt(slot);
                long servers = memory.getLongAcquire(at);
                word(at, servers, servers >= 0, 0);
                owner(at, servers, servers > 0 ? slot + 1 : 0);
            }
        }
    }

    private void broadcast(BroadcastBlock broadcast) {
        if (hasHeader(broadcast == null, BroadcastLayout.POLICY_OFFSET, BroadcastBlock.DETACHES)) {
            long tail = memory.getLongAcquire(broadcast.at() + BroadcastLayout.TAIL_OFFSET);
            for (int i = 0; i < broadcast.capacity(); i++) {
                long at = broadcast.slotAt(i);
                long word = memory.getLongAcquire(at);
                word(
                        at,
                        word,
                        BroadcastStates.of(word) != null,
                        BroadcastStates.empty(lapOf(tail, broadcast.capacity(), i)));
                owner(at, word, BroadcastStates.owner(word));
            }
            for (int i = 0; i < BroadcastWord.SUBSCRIPTIONS; i++) {
                long at = broadcast.subscriptionAt(i);
                long word = memory.getLongAcquire(at);
                boolean valid = SubscriptionStates.of(word) != null && canOwn(StateWord.owner(word));
                word(at, word, valid, StateWord.pack(SubscriptionState.FREE.code(), 0, StateWord.generation(word) + 1));
                owner(at, word, valid ? StateWord.owner(word) : 0);
            }
        }
    }

    private boolean hasHeader(boolean isNone, int policyOffset, int policies) {
        long at = block.payloadAt();
        long policy = isNone ? 0 : memory.getLong(at + policyOffset);
        if (isNone || (policy & ~policies) != 0) {
            // All three begin with their magic and their capacity.
            add(Invariant.CHANNEL_HEADER, at, memory.getLong(at), isNone ? memory.getLong(at + 8) : policy, "");
        }
        return !isNone;
    }

    /** The lap of the next message of a slot, by the tail; where that is wrong, who uses the slot puts both right. */
    private static int lapOf(long tail, int capacity, int index) {
        long position = (tail & -capacity) + index;
        return (int) ((position < tail ? position + capacity : position) >>> Integer.numberOfTrailingZeros(capacity));
    }

    private static boolean canOwn(int owner) {
        return owner <= RegionMap.PARTICIPANTS;
    }

    private void word(long at, long word, boolean valid, long right) {
        if (!valid) {
            add(Invariant.CHANNEL_WORD, at, word, right, "");
        }
    }

    private void owner(long at, long word, int owner) {
        if (owner != 0 && !slots.has(owner)) {
            add(Invariant.CHANNEL_OWNER, at, word, owner, "owner=" + owner);
        }
    }

    private void add(Invariant rule, long at, long observed, long context, String evidence) {
        // The word, and the block that it lies in: what has changed since was work.
        if (memory.getLongAcquire(at) == observed && memory.getLongAcquire(block.recordAt()) == block.word()) {
            findings.add(new Finding(rule, at, "channel", block.slab(), block.index(), observed, context, evidence));
        }
    }
}
