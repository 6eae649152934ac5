package io.shm.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.inspect.RegionAudit;
import io.shm.layout.Geometry;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.Finding;
import io.shm.ledger.HeaderSpec;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.Level;
import io.shm.ledger.RecordView;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.Sites;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabView;
import io.shm.ledger.Tags;
import io.shm.memory.CrashingMemory;
import io.shm.memory.SharedMemory;
import io.shm.participant.Membership;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A region on plain memory with as many heaps as a test wants, each as if in a process of its own. */
public final class HeapFixture {
    /** Nothing reads the clock of these regions but the heaps, and they only at each tick. */
    public static final long NOW = 1000;

    public final SharedMemory memory;
    public final RegionMap map;
    /** Of a region that grows: all that it may have, whatever its length is. */
    private final SharedMemory all;

    public final Tags tags;
    /** Bytes of the file, if the region grows: more of the memory must not be touched. */
    public long length;
    /** Bytes that the file can get. */
    public long space = Long.MAX_VALUE;

    public HeapFixture(int size, PoolSpec... pools) {
        this(size, size, pools);
    }

    /** A region that has a size now and may grow to a maximum. */
    public static HeapFixture growing(int size, int maximum, PoolSpec... pools) {
        return new HeapFixture(size, maximum, pools);
    }

    private HeapFixture(int size, int maximum, PoolSpec... pools) {
        length = size;
        all = SharedMemory.ofPrivate(maximum);
        memory = maximum == size
                ? all
                : SharedMemory.growing(all.addressOf(0, maximum), maximum, () -> length, true, all);
        map = RegionMap.forSize(maximum, pools.length);
        RegionHeader.write(
                memory, new HeaderSpec(map, size, size, 1, 0600, 0, 0, 1, 2, 1, 42, 7, 99, 77, 5, 6, 0, maximum));
        RegionHeader.setLevel(memory, Level.SITES);
        tags = new Tags(memory, map);
        Heap.createPools(memory, map, tags, List.of(pools));
        // The processes of these regions have their owners' numbers, which nobody has drawn.
        memory.putLong(HeaderLayout.NEXT_PROCESS_OFFSET, 100);
    }

    /** Another region on the bytes of one that grows, which must not be used any more: as these say, and as long. */
    public HeapFixture again(byte[] bytes) {
        return new HeapFixture(this, bytes);
    }

    private HeapFixture(HeapFixture former, byte[] bytes) {
        all = former.all;
        map = former.map;
        length = bytes.length;
        all.fill(0, all.size(), (byte) 0);
        all.putBytes(0, bytes, 0, bytes.length);
        memory = SharedMemory.growing(all.addressOf(0, all.size()), all.size(), () -> length, true, all);
        tags = new Tags(memory, map);
    }

    /** The heap of the participant in slot {@code owner - 1}; its process id is the owner's number. */
    public Heap heap(int owner) {
        return heap(owner, memory);
    }

    /** As {@link #heap(int)}, through a view of this fixture's memory that a test watches. */
    public Heap heap(int owner, SharedMemory view) {
        if (owner > 0) {
            RegionAudit.occupy(memory, owner);
        }
        return heap(view, owner, owner);
    }

    /** The heap of one that has joined. */
    public Heap heapOf(Membership membership) {
        return heapOf(membership, memory);
    }

    /** As {@link #heapOf(Membership)}, through a view of this fixture's memory. */
    public Heap heapOf(Membership membership, SharedMemory view) {
        return heap(view, membership.owner(), membership.processId());
    }

    private Heap heap(SharedMemory view, int owner, int process) {
        Heap heap = new Heap(
                view, map, owner, process, new Sites(view, map), new Tags(view, map), new NoViews(), space(view));
        heap.tick(NOW);
        return heap;
    }

    /** Takes space as a system call does: before it or after it the process can die, but not half-way. */
    private MoreSpace space(SharedMemory view) {
        return (from, to) -> {
            // A write of nothing, for those who watch the view.
            view.putBytes(0, new byte[0], 0, 0);
            if (to > space) {
                return "no space for the test's region";
            }
            length = Math.max(length, to);
            return null;
        };
    }

    public Reclaim reclaim(SharedMemory view, boolean keeps) {
        return new Reclaim(view, map, new Tags(view, map), 9, keeps, NOW);
    }

    /**
     * Settles a dead owner with policy free, by reclaimers that die before their first, second, ... write, until one gets to the
     * end. Every second time the next one finds what the last has left, else the same again and one step more.
     *
     * @param view what a reclaimer sees of the memory
     * @param afterDeath told of each death
     */
    public void reclaimDyingEverywhere(int owner, UnaryOperator<SharedMemory> view, Consumer<String> afterDeath) {
        boolean done = false;
        for (long m = 1; !done; m++) {
            byte[] before = bytes();
            try {
                reclaim(view.apply(new CrashingMemory(memory, m)), false).reclaim(owner - 1);
                done = true;
            } catch (CrashingMemory.Crash e) {
                afterDeath.accept("reclaimer at " + m);
                if (m % 2 == 0) {
                    restore(before);
                }
            }
        }
    }

    /** Settles a dead owner with policy free. */
    public void reclaim(int owner) {
        reclaim(memory, false).reclaim(owner - 1);
        RegionAudit.vacate(memory, owner);
    }

    public byte[] bytes() {
        byte[] bytes = new byte[(int) memory.size()];
        memory.getBytes(0, bytes, 0, bytes.length);
        return bytes;
    }

    public void restore(byte[] bytes) {
        memory.putBytes(0, bytes, 0, bytes.length);
    }

    /** Allocates one size until there is no more. */
    public static List<Block> fill(Heap heap, long size) {
        List<Block> blocks = new ArrayList<>();
        for (Block b = heap.tryAllocate(size, 0, 0, 0); b != null; b = heap.tryAllocate(size, 0, 0, 0)) {
            blocks.add(b);
        }
        return blocks;
    }

    /** How many blocks of a size a fresh heap gets here; the region is as it was before. */
    public int room(long size) {
        byte[] before = bytes();
        int room = fill(heap(40), size).size();
        restore(before);
        return room;
    }

    public Books books() {
        Books books = new Books(this);
        new LedgerScan(memory, map).forEach(books);
        return books;
    }

    /** Every slab visited once, everything adds up to the region, nothing is damaged, and every invariant holds. */
    public Books audit() {
        return audit(finding -> false);
    }

    /** As {@link #audit()}, but for rules that a test has broken on purpose. */
    public Books audit(Predicate<Finding> expected) {
        Books books = books();
        assertThat(books.problems).as("problems").isEmpty();
        assertThat(books.total).as("sum of the parts").isEqualTo(memory.size());
        assertThat(books.visited).as("slabs visited").isEqualTo(new LedgerScan(memory, map).slabCount());
        RegionAudit.holds(memory, map, "in an audit", expected);
        return books;
    }

    /** What one walk through the ledger shows. */
    public static final class Books implements LedgerScan.Visitor {
        public final List<String> problems = new ArrayList<>();
        public final List<Long> live = new ArrayList<>();
        private final List<Integer> liveOwners = new ArrayList<>();
        public long total;
        public long liveBytes;
        public int visited;
        /** Words that carry each owner's number in a state that says so. */
        public final int[] owned = new int[256];

        public final int[] blocksIn = new int[16];
        public final int[] slabsIn = new int[16];
        private final HeapFixture region;
        private long blocksLeft;

        Books(HeapFixture region) {
            this.region = region;
            region.memory.sizeFor(Long.MAX_VALUE);
            long slabs = new LedgerScan(region.memory, region.map).slabCount();
            total = region.map.slabAt(0) + region.memory.size() - region.map.slabAt((int) slabs);
        }

        @Override
        public void slab(SlabView slab) {
            if (slab.slab() != visited) {
                problems.add("slab " + slab.slab() + " visited after " + visited + " others");
            }
            if (blocksLeft != 0) {
                problems.add(blocksLeft + " records not shown before slab " + slab.slab());
            }
            visited += slab.slabs();
            if (slab.damaged()) {
                problems.add("slab " + slab.slab() + " is damaged: " + Long.toHexString(slab.word()));
                total += Geometry.SLAB_BYTES;
                return;
            }
            slabsIn[slab.state().code()] += slab.slabs();
            Geometry geometry = slab.geometry();
            if (geometry == null) {
                total += Geometry.SLAB_BYTES;
                if (slab.state() != SlabState.FREE) {
                    owned[slab.owner()]++;
                }
                return;
            }
            owned[slab.owner()]++;
            for (int tail = slab.slab() + 1; tail < slab.slab() + slab.slabs(); tail++) {
                long entryAt = region.map.slabEntryAt(tail);
                long word = region.memory.getLong(entryAt);
                if (SlabWord.state(word) != SlabState.TAIL.code()
                        || region.memory.getInt(entryAt + SlabLayout.HEAD_OFFSET) != slab.slab()) {
                    problems.add("slab " + tail + " is no tail of the run at " + slab.slab());
                }
            }
            blocksLeft = geometry.count();
            total += geometry.overhead();
        }

        @Override
        public void block(SlabView slab, RecordView block) {
            blocksLeft--;
            total += 64 + slab.geometry().blockBytes();
            if (block.damaged()) {
                problems.add("record " + block.slab() + "/" + block.index() + " is damaged: "
                        + Long.toHexString(block.word()));
                return;
            }
            blocksIn[block.state().code()]++;
            if (block.state() != BlockState.FREE) {
                owned[block.owner()]++;
            }
            if (block.isUsed()) {
                live.add(block.handle());
                liveOwners.add(block.owner());
                liveBytes += block.size();
            }
        }

        /** Handles of the blocks in use that are not of an owner. */
        public List<Long> liveOfOthers(int owner) {
            List<Long> handles = new ArrayList<>();
            for (int i = 0; i < live.size(); i++) {
                if (liveOwners.get(i) != owner) {
                    handles.add(live.get(i));
                }
            }
            return handles;
        }

        public int blocks(BlockState state) {
            return blocksIn[state.code()];
        }

        public int slabs(SlabState state) {
            return slabsIn[state.code()];
        }
    }

    /** The states of all slabs, for the message of a failed test. */
    public String slabs() {
        StringBuilder text = new StringBuilder();
        for (int slab = 0; slab < new LedgerScan(memory, map).slabCount(); slab++) {
            long word = memory.getLong(map.slabEntryAt(slab));
            text.append(slab)
                    .append(':')
                    .append(SlabWord.isValid(word) ? SlabState.of(SlabWord.state(word)) : "damaged")
                    .append('(')
                    .append(SlabWord.owner(word))
                    .append(") ");
        }
        return text.toString();
    }

    public long stateOf(Block block) {
        return StateWord.state(memory.getLong(block.recordAt()));
    }

    /** Whether the payload's place holds nothing but zeros. */
    public boolean isZero(long offset, long length) {
        byte[] bytes = new byte[(int) length];
        memory.getBytes(offset, bytes, 0, bytes.length);
        return Arrays.equals(bytes, new byte[(int) length]);
    }

    private static final class NoViews implements Views {
        @Override
        public ByteBuffer byteBuffer(long offset, int length) {
            throw new UnsupportedOperationException("no views of plain memory");
        }

        @Override
        public void handedOut() {}
    }
}
