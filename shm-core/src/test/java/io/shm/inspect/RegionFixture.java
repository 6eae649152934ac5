package io.shm.inspect;

import io.shm.layout.Geometry;
import io.shm.layout.Handle;
import io.shm.layout.PoolLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.SizeClasses;
import io.shm.layout.SlabClass;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.ledger.BlockStates;
import io.shm.ledger.HeaderSpec;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.ledger.SlabStates;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;
import io.shm.participant.FakeLocks;
import io.shm.participant.FakeLocks.FakeProcess;
import io.shm.participant.Membership;
import io.shm.participant.Participants;

/** A region on plain memory, built by hand from the layouts, slab by slab and record by record. */
final class RegionFixture {
    static final long CREATED_AT = 1_700_000_000_000L;

    final SharedMemory memory;
    final RegionMap map;
    final Sites sites;
    final Tags tags;
    final FakeLocks machine = new FakeLocks();
    private int nextSlab;
    private long nextGeneration = 1;

    RegionFixture(int size, int pools) {
        memory = SharedMemory.ofPrivate(size);
        map = RegionMap.forSize(size, pools);
        RegionHeader.write(memory, spec(map, size));
        sites = new Sites(memory, map);
        tags = new Tags(memory, map);
    }

    private static HeaderSpec spec(RegionMap map, int size) {
        return new HeaderSpec(map, size - 7, size, 1, 0600, 0, 0, 1, 2, CREATED_AT, 42, 7, 99, 77, 5, 6, 0);
    }

    /** A process of the machine that takes part. */
    final class Guest {
        final FakeProcess process = machine.start();
        final Participants participants = new Participants(memory, map, process, process);
        final Membership membership;

        Guest(String name) {
            membership = participants.join(name, null);
        }

        /** Forms a slab or span of free blocks that this process owns. */
        int slab(long blockSize) {
            int sizeClass = SizeClasses.classOf(blockSize);
            Geometry geometry = Geometry.ofClass(sizeClass);
            int slab = claimRun(membership.owner(), geometry.slabs());
            format(slab, geometry);
            SlabStates.own(memory, map.slabEntryAt(slab), word(slab), sizeClass);
            return slab;
        }

        /** Forms a run around one large block, in use. */
        long large(long size, String tag, Site site) {
            Geometry geometry = Geometry.ofLarge(Geometry.slabsForLarge(size, 16));
            int slab = claimRun(membership.owner(), geometry.slabs());
            format(slab, geometry);
            long handle = live(slab, 0, size, tag, site);
            SlabStates.large(memory, map.slabEntryAt(slab), word(slab));
            return handle;
        }

        /** Begins a life of a free block. */
        long live(int slab, int index, long size, String tag, Site site) {
            return live(slab, index, size, tag, site, 0);
        }

        long live(int slab, int index, long size, String tag, Site site, int flags) {
            long recordAt = recordAt(slab, index);
            long generation = nextGeneration++;
            BlockStates.write(
                    memory,
                    recordAt,
                    RecordWords.size(size, tags.idOf(tag), 0),
                    RecordWords.origin(sites.idOf(site), 0, flags),
                    RecordWords.born(generation * 1000, 0),
                    RecordWords.by(membership.processId(), 17));
            long live = BlockStates.live(membership.owner(), generation);
            if (!BlockStates.allocate(memory, recordAt, memory.getLong(recordAt), live)) {
                throw new AssertionError("not free: slab " + slab + " index " + index);
            }
            return Handle.pack(slab, index, generation);
        }

        void free(long handle, Site site) {
            long recordAt = recordAt(Handle.slab(handle), Handle.index(handle));
            BlockStates.note(memory, recordAt, membership.processId(), sites.idOf(site), BlockStates.FREED, 500_000);
            BlockStates.free(memory, recordAt, memory.getLong(recordAt));
        }
    }

    Guest join(String name) {
        return new Guest(name);
    }

    /** A pool with its slabs, all free. */
    int pool(int pool, String tag, long blockSize, int capacity) {
        Geometry geometry = Geometry.forBlocks(blockSize);
        int runs = (capacity + geometry.count() - 1) / geometry.count();
        long at = map.poolAt(pool);
        memory.putInt(at + PoolLayout.TAG_OFFSET, tags.idOf(tag));
        memory.putInt(at + PoolLayout.WHEN_EMPTY_OFFSET, 1);
        memory.putLong(at + PoolLayout.BLOCK_SIZE_OFFSET, blockSize);
        memory.putLong(at + PoolLayout.CAPACITY_OFFSET, capacity);
        memory.putInt(at + PoolLayout.FIRST_SLAB_OFFSET, nextSlab);
        memory.putInt(at + PoolLayout.SLABS_OFFSET, runs * geometry.slabs());
        int first = nextSlab;
        for (int run = 0; run < runs; run++) {
            int slab = claimRun(1, geometry.slabs());
            format(slab, geometry);
            memory.putLong(map.slabEntryAt(slab) + SlabLayout.WORD_OFFSET, SlabStates.pool(pool));
        }
        return first;
    }

    long recordAt(int slab, int index) {
        return RecordLayout.recordAt(map.slabAt(slab), index);
    }

    long payloadAt(int slab, int index) {
        return map.slabAt(slab) + geometryOf(slab).blockAt(index);
    }

    Geometry geometryOf(int slab) {
        int slabClass = SlabWord.slabClass(word(slab));
        if (SlabClass.isPool(slabClass)) {
            return Geometry.forBlocks(
                    memory.getLong(map.poolAt(SlabClass.poolOf(slabClass)) + PoolLayout.BLOCK_SIZE_OFFSET));
        }
        return SlabClass.isSizeClass(slabClass)
                ? Geometry.ofClass(slabClass)
                : Geometry.ofLarge(memory.getInt(map.slabEntryAt(slab) + SlabLayout.RUN_OFFSET));
    }

    long word(int slab) {
        return memory.getLong(map.slabEntryAt(slab) + SlabLayout.WORD_OFFSET);
    }

    void format(int slab, Geometry geometry) {
        for (int index = 0; index < geometry.count(); index++) {
            memory.fill(recordAt(slab, index), RecordLayout.LENGTH, (byte) 0);
            memory.putLong(recordAt(slab, index), BlockStates.free(0));
        }
    }

    Inspector inspect() {
        return Inspector.of(memory, new Source("orders", "orders", false, machine.start(), () -> {}));
    }

    Inspector inspectCopy() {
        return Inspector.of(memory, new Source("orders", "orders", true, Source.NO_LOCKS, () -> {}));
    }

    private int claimRun(int owner, int slabs) {
        int head = nextSlab;
        nextSlab += slabs;
        for (int slab = head; slab < nextSlab; slab++) {
            long entryAt = map.slabEntryAt(slab);
            SlabStates.claim(memory, entryAt, word(slab), owner);
            memory.putInt(entryAt + SlabLayout.RUN_OFFSET, slabs);
            memory.putInt(entryAt + SlabLayout.HEAD_OFFSET, head);
            if (slab != head) {
                SlabStates.tail(memory, entryAt, word(slab));
            }
        }
        return head;
    }
}
