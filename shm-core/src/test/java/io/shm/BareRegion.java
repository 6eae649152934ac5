package io.shm;

import io.shm.cell.CellArray;
import io.shm.cell.CellSpace;
import io.shm.cell.Participation;
import io.shm.cell.Roots;
import io.shm.cell.Slot;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.heap.Heap;
import io.shm.heap.Reclaim;
import io.shm.heap.Views;
import io.shm.layout.RegionMap;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.ledger.Tags;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import io.shm.participant.Membership;
import io.shm.participant.Participants;
import io.shm.recovery.Settlement;
import io.shm.segment.Segment;
import java.nio.ByteBuffer;

/** A region's parts on a memory of one's own, without a housekeeper: every write is the calling thread's. */
final class BareRegion implements Workplace, AutoCloseable {
    private final SharedMemory memory;
    private final RegionMap map;
    private final Sites sites;
    private final Types types;
    private final Participants participants;
    private final Membership membership;
    private final CellSpace space;
    private final Roots roots;
    final Heap heap;
    final Tags tags;

    BareRegion(Segment segment, SharedMemory memory, String name) {
        this.memory = memory;
        this.map = RegionHeader.check(memory, name, segment.mappedSize()).map();
        this.sites = new Sites(memory, map);
        this.tags = new Tags(memory, map);
        this.types = new Types(memory, map);
        this.participants = new Participants(memory, map, new LockFileSlots(segment.lockFile()));
        this.membership = participants.join(name, settlement());
        this.heap = new Heap(memory, map, membership.owner(), membership.processId(), sites, tags, new NoViews());
        heap.tick(1);
        this.space = new CellSpace(memory, map, heap, sites);
        this.roots = new Roots(space, memory, map);
    }

    private Settlement settlement() {
        return new Settlement(() -> new Reclaim(memory, map, tags, 0, false, 1), (slot, held) -> {});
    }

    @Override
    public Block tryAllocate(BlockSpec spec) {
        int type = spec.type() == null ? 0 : types.idOf(spec.type());
        int site = sites.idOf(spec.site() == null ? Site.UNKNOWN : spec.site());
        return heap.tryAllocate(spec.size(), tags.idOf(spec.tag()), site, Heap.request(spec.flags(), type));
    }

    @Override
    public Slot root(String name) {
        return roots.get(name);
    }

    @Override
    public CellArray array(String name, int length) {
        return new CellArray(space, root(name).getOrAllocate(() -> tryAllocate(CellArray.specOf(length))));
    }

    @Override
    public Slot slot(Block block, long offset) {
        return space.slot(block, offset);
    }

    private Participation self() {
        return new Participation(membership.slot(), membership.incarnation());
    }

    @Override
    public long offer(Block block) {
        return space.offer(block, self(), Site.UNKNOWN);
    }

    @Override
    public Block accept(long handle) {
        return space.accept(handle, self(), Site.UNKNOWN);
    }

    @Override
    public Block withdraw(long handle) {
        return space.withdraw(handle, Site.UNKNOWN);
    }

    @Override
    public void reapDead() {
        participants.reapDead(settlement());
    }

    @Override
    public void close() {
        heap.close();
        participants.leave(membership, settlement());
    }

    private static final class NoViews implements Views {
        @Override
        public ByteBuffer byteBuffer(long offset, int length) {
            throw new UnsupportedOperationException("no views here");
        }

        @Override
        public void handedOut() {}
    }
}
