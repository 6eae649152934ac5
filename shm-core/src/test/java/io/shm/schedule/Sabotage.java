package io.shm.schedule;

import io.shm.layout.HeaderLayout;
import io.shm.layout.HoldersWord;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.layout.StateWord;
import io.shm.layout.TagLayout;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Cells;
import io.shm.ledger.SlabState;
import io.shm.memory.ForwardingMemory;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Level 8: the real code with a mistake in it. Each is a view of the memory that leaves out, changes or reorders certain
 * accesses as a mistaken line of code would; production code knows nothing of it.
 */
enum Sabotage {
    /** A record changes without a look at what it was. */
    STATE_CAS_IS_A_STORE {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            if (view.isRecord(offset, expected)) {
                view.inner().putLongVolatile(offset, value);
                return true;
            }
            return super.compareAndSet(view, offset, expected, value);
        }
    },
    /** A slab changes without a look at what it was. */
    SLAB_CAS_IS_A_STORE {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            if (view.isSlabWord(offset)) {
                view.inner().putLongVolatile(offset, value);
                return true;
            }
            return super.compareAndSet(view, offset, expected, value);
        }
    },
    /** The region's counter of generations stands still: another process gives a block a generation that it had before. */
    GENERATIONS_COME_BACK {
        @Override
        boolean adds(View view, long offset, long delta) {
            return offset != HeaderLayout.GENERATION_OFFSET;
        }
    },
    /** The record is live before its body is written. */
    BODY_AFTER_THE_COMMIT {
        @Override
        boolean writesBody(View view, long bodyAt, long[] body) {
            view.body = body;
            view.bodyAt = bodyAt;
            return false;
        }

        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            boolean done = super.compareAndSet(view, offset, expected, value);
            if (view.body != null && offset == view.bodyAt - 8 && is(value, BlockState.LIVE)) {
                long[] b = view.body;
                view.body = null;
                view.inner().putLongs(view.bodyAt, b[0], b[1], b[2], b[3], b[4], b[5], b[6]);
            }
            return done;
        }
    },
    /** A free of another's block gives the record away at once, and notes who freed it later. */
    FREE_IN_ONE_STEP {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            if (view.isRecord(offset, expected) && is(expected, BlockState.LIVE) && is(value, BlockState.RESERVED)) {
                long free = StateWord.pack(BlockState.FREE.code(), 0, StateWord.generation(value));
                return super.compareAndSet(view, offset, expected, free);
            }
            if (view.isRecord(offset, expected) && is(expected, BlockState.RESERVED) && is(value, BlockState.FREE)) {
                return true;
            }
            return super.compareAndSet(view, offset, expected, value);
        }
    },
    /** What is secret stays in the block. */
    SECRET_IS_NOT_WIPED {
        @Override
        boolean fills(byte value) {
            return value != 0;
        }
    },
    /** A budget is charged, and never refunded. */
    BUDGET_IS_NOT_REFUNDED {
        @Override
        boolean adds(View view, long offset, long delta) {
            return delta > 0 || !view.isBudget(offset);
        }

        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            return (view.isBudget(offset) && value < expected) || super.compareAndSet(view, offset, expected, value);
        }
    },
    /** A run is committed by its head before its tails are tails. */
    HEAD_BEFORE_TAILS {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            if (view.isSlabWord(offset) && is(value, SlabState.TAIL) && is(expected, SlabState.CLAIM)) {
                view.later.add(new long[] {offset, expected, value});
                return true;
            }
            boolean done = super.compareAndSet(view, offset, expected, value);
            if (view.isSlabWord(offset) && (is(value, SlabState.OWN) || is(value, SlabState.LARGE))) {
                view.doLater(this);
            }
            return done;
        }
    },
    /** A run is taken apart from its head. */
    HEAD_IS_FREED_BEFORE_TAILS {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            if (view.isSlabWord(offset) && is(value, SlabState.FREE) && is(expected, SlabState.TAIL)) {
                view.later.add(new long[] {offset, expected, value});
                return true;
            }
            boolean done = super.compareAndSet(view, offset, expected, value);
            if (view.isSlabWord(offset) && is(expected, SlabState.RELEASING)) {
                view.doLater(this);
            }
            return done;
        }
    },
    /** Whoever takes a run apart does not look whether it is still the same run. */
    HEAD_IS_NOT_LOOKED_AT_AGAIN {
        @Override
        long read(View view, long offset) {
            if (view.isSlabWord(offset) && view.lastRead == LAST_WAS_HEAD && view.releasing.containsKey(offset)) {
                return view.releasing.get(offset);
            }
            long word = super.read(view, offset);
            if (view.isSlabWord(offset) && is(word, SlabState.RELEASING)) {
                view.releasing.put(offset, word);
            }
            return word;
        }
    },
    /** A slab that becomes free keeps its epoch. */
    EPOCH_STAYS {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            boolean freed = view.isSlabWord(offset) && is(value, SlabState.FREE);
            long kept = freed
                    ? SlabWord.pack(SlabState.FREE.code(), 0, SlabWord.slabClass(value), SlabWord.epoch(expected))
                    : value;
            return super.compareAndSet(view, offset, expected, kept);
        }
    },
    RECLAIM_FORGETS_LIVE_BLOCKS(true) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            return !(view.isRecord(offset, expected) && is(expected, BlockState.LIVE))
                    && super.compareAndSet(view, offset, expected, value);
        }
    },
    RECLAIM_FORGETS_RESERVED_BLOCKS(true) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            return !(view.isRecord(offset, expected) && is(expected, BlockState.RESERVED))
                    && super.compareAndSet(view, offset, expected, value);
        }
    },
    RECLAIM_FORGETS_CLAIMS(true) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            return !(view.isSlabWord(offset) && is(expected, SlabState.CLAIM))
                    && super.compareAndSet(view, offset, expected, value);
        }
    },
    RECLAIM_FORGETS_TAILS(true) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            return !(view.isSlabWord(offset) && is(expected, SlabState.TAIL))
                    && super.compareAndSet(view, offset, expected, value);
        }
    },
    RECLAIM_FORGETS_SLABS(true) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            return !(view.isSlabWord(offset) && is(expected, SlabState.OWN))
                    && super.compareAndSet(view, offset, expected, value);
        }
    },
    RECLAIM_FORGETS_PUBLICATIONS(true) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            return !(view.isRecord(offset, expected) && (is(expected, BlockState.PUB) || is(expected, BlockState.PUBS)))
                    && super.compareAndSet(view, offset, expected, value);
        }
    },
    RECLAIM_FORGETS_OFFERS(true) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            return !(view.isRecord(offset, expected) && is(expected, BlockState.OFFER))
                    && super.compareAndSet(view, offset, expected, value);
        }
    },
    RECLAIM_FORGETS_HOLDERS(true) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            return view.isFieldOfRecord(offset, RecordLayout.CHANGED_OFFSET)
                    || super.compareAndSet(view, offset, expected, value);
        }
    },
    /** What the dead one was taking goes back to a cell that may hold it no more. */
    RECLAIM_SENDS_BACK_WHAT_WAS_TAKEN(true) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            if (view.isRecord(offset, expected) && is(expected, BlockState.TAKE) && is(value, BlockState.LIVE)) {
                long held = StateWord.pack(BlockState.HELD.code(), 0, StateWord.generation(expected));
                return super.compareAndSet(view, offset, expected, held);
            }
            return super.compareAndSet(view, offset, expected, value);
        }
    },
    /** A block is published without a note where. */
    PUBLISHES_WITHOUT_ITS_CELL {
        @Override
        boolean stores(View view, long offset, long value) {
            return value == 0 || !view.isFieldOfRecord(offset, RecordLayout.CELL_OFFSET);
        }
    },
    /** A replacement does not note which block it displaces: nobody else can finish it. */
    DISPLACES_WITHOUT_A_NOTE {
        @Override
        boolean storesPair(View view, long offset, long first) {
            return RecordWords.actionOf(first) != BlockStates.DISPLACES
                    || !view.isFieldOfRecord(offset, RecordLayout.CHANGED_OFFSET);
        }
    },
    /** The hold of the cell that a shared block was in never ends. */
    IN_CELL_FOR_EVER {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            boolean leaves = view.isFieldOfRecord(offset, RecordLayout.CHANGED_OFFSET)
                    && HoldersWord.isInCell(expected)
                    && !HoldersWord.isInCell(value);
            return leaves || super.compareAndSet(view, offset, expected, value);
        }
    },
    /** A taker does not empty the root that it takes from. */
    CELL_IS_NOT_EMPTIED {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            return (value == 0 && view.isRootCell(offset)) || super.compareAndSet(view, offset, expected, value);
        }
    },
    /** An orphan is taken over without a look whether it is still one. */
    ADOPTS_WHAT_IS_NO_ORPHAN(Setting.KEEPS) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            return view.storesInstead(offset, expected, value, BlockState.ORPHAN, BlockState.LIVE)
                    || super.compareAndSet(view, offset, expected, value);
        }
    },
    /** What an operator releases is freed without a look whether it is still an orphan. */
    RELEASES_WHAT_IS_NO_ORPHAN(Setting.KEEPS) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            return view.storesInstead(offset, expected, value, BlockState.ORPHAN, BlockState.RESERVED)
                    || super.compareAndSet(view, offset, expected, value);
        }
    },
    /** Whoever reclaims under policy keep frees what the dead one had. */
    RECLAIM_KEEPS_NOTHING(Setting.KEEPS) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            boolean keeps = view.isRecord(offset, expected) && is(value, BlockState.ORPHAN);
            long free = StateWord.pack(BlockState.FREE.code(), 0, StateWord.generation(expected));
            return super.compareAndSet(view, offset, expected, keeps ? free : value);
        }
    },
    /** A reference is written over by a read and a store: of two at once, or one and a publication, one does not know it. */
    PUT_RAW_STORES(Setting.RAW) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            if (view.isRootCell(offset) && value != 0) {
                view.inner().putLongVolatile(offset, value);
                return true;
            }
            return super.compareAndSet(view, offset, expected, value);
        }
    },
    /** Who finds that a reference was written over notes it without a look whether another has. */
    LOSS_IS_NOTED_TWICE(Setting.RAW) {
        @Override
        boolean compareAndSet(View view, long offset, long expected, long value) {
            if (view.isFieldOfRecord(offset, RecordLayout.CHANGED_OFFSET)
                    && RecordWords.actionOf(value) == BlockStates.OVERWRITTEN) {
                view.inner().putLongVolatile(offset, value);
                return true;
            }
            return super.compareAndSet(view, offset, expected, value);
        }
    },
    /** The number of slabs is raised before their space is taken. */
    COUNT_BEFORE_THE_SPACE(Setting.GROWS) {
        @Override
        void takesSpace(View view) {
            long count = view.inner().getLongAcquire(HeaderLayout.SLAB_COUNT_OFFSET);
            view.inner()
                    .compareAndSetLong(HeaderLayout.SLAB_COUNT_OFFSET, count, Math.min(2 * count, view.mostSlabs()));
        }
    },
    /** The commit orders nothing: what was written before it may be lost, or seen late. */
    COMMIT_IS_NO_FENCE,
    /** Whoever reaps does not take the dead one's byte. */
    REAPER_WITHOUT_THE_BYTE;

    private static final int LAST_WAS_HEAD = 1;

    private final boolean onlyReclaims;

    @SuppressWarnings("ImmutableEnumChecker") // a record of booleans
    private final Setting setting;

    Sabotage() {
        this(false);
    }

    Sabotage(boolean onlyReclaims) {
        this.onlyReclaims = onlyReclaims;
        this.setting = Setting.PLAIN;
    }

    Sabotage(Setting setting) {
        this.onlyReclaims = false;
        this.setting = setting;
    }

    /** What programs do that the mistake shows in soon: for the rare ones, little else. */
    List<? extends Operation> operations() {
        return switch (this) {
            case HEAD_BEFORE_TAILS, HEAD_IS_FREED_BEFORE_TAILS, HEAD_IS_NOT_LOOKED_AT_AGAIN, EPOCH_STAYS ->
                List.of(
                        HeapOperation.ALLOCATE_LARGE,
                        HeapOperation.ALLOCATE_SPAN,
                        HeapOperation.ALLOCATE,
                        HeapOperation.FREE,
                        HeapOperation.FREE_ALL,
                        HeapOperation.REAP);
            case RECLAIM_FORGETS_PUBLICATIONS,
                    RECLAIM_FORGETS_OFFERS,
                    RECLAIM_FORGETS_HOLDERS,
                    RECLAIM_SENDS_BACK_WHAT_WAS_TAKEN,
                    PUBLISHES_WITHOUT_ITS_CELL,
                    DISPLACES_WITHOUT_A_NOTE,
                    CELL_IS_NOT_EMPTIED -> withCells();
            case IN_CELL_FOR_EVER ->
                List.of(
                        HeapOperation.ALLOCATE,
                        CellOperation.SHARE,
                        CellOperation.ACQUIRE,
                        CellOperation.RELEASE,
                        CellOperation.RETIRE,
                        CellOperation.EXCHANGE,
                        HeapOperation.REAP);
            case ADOPTS_WHAT_IS_NO_ORPHAN, RELEASES_WHAT_IS_NO_ORPHAN, RECLAIM_KEEPS_NOTHING ->
                List.of(
                        HeapOperation.ALLOCATE,
                        HeapOperation.LEAVE_AND_JOIN,
                        HeapOperation.REAP,
                        OrphanOperation.RELEASE_AN_ORPHAN,
                        OrphanOperation.LISTEN_FOR_ORPHANS);
            case COUNT_BEFORE_THE_SPACE ->
                List.of(
                        HeapOperation.ALLOCATE_LARGE,
                        HeapOperation.ALLOCATE_SPAN,
                        HeapOperation.ALLOCATE,
                        HeapOperation.FREE_ALL);
            case PUT_RAW_STORES, LOSS_IS_NOTED_TWICE ->
                List.of(
                        HeapOperation.ALLOCATE,
                        CellOperation.PUBLISH,
                        CellOperation.TAKE,
                        RawOperation.PUT_RAW,
                        RawOperation.LOOK_FOR_DAMAGE);
            default -> List.of(HeapOperation.values());
        };
    }

    /** The kind of region that it shows in. */
    Setting setting() {
        return setting;
    }

    private static List<Operation> withCells() {
        List<Operation> operations = new ArrayList<>(List.of(CellOperation.values()));
        operations.add(HeapOperation.ALLOCATE);
        operations.add(HeapOperation.FREE);
        operations.add(HeapOperation.REAP);
        return operations;
    }

    /** The view of one who allocates and frees. */
    SharedMemory worker(SharedMemory inner, RegionMap map) {
        return onlyReclaims ? inner : new View(this, inner, map);
    }

    /** The view of one who reclaims. */
    SharedMemory reclaimer(SharedMemory inner, RegionMap map) {
        return new View(this, inner, map);
    }

    // ---------------------------------------------------------------- what a mistake changes

    boolean compareAndSet(View view, long offset, long expected, long value) {
        return view.inner().compareAndSetLong(offset, expected, value);
    }

    long read(View view, long offset) {
        return view.inner().getLongAcquire(offset);
    }

    /** False where the body is not written now. */
    boolean writesBody(View view, long bodyAt, long[] body) {
        return true;
    }

    boolean adds(View view, long offset, long delta) {
        return true;
    }

    boolean fills(byte value) {
        return true;
    }

    /** Before space behind the region's end is taken. */
    void takesSpace(View view) {}

    boolean stores(View view, long offset, long value) {
        return true;
    }

    boolean storesPair(View view, long offset, long first) {
        return true;
    }

    private static boolean is(long word, BlockState state) {
        return StateWord.isValid(word) && StateWord.state(word) == state.code();
    }

    private static boolean is(long word, SlabState state) {
        return SlabWord.isValid(word) && SlabWord.state(word) == state.code();
    }

    /** The memory as the mistaken code uses it. */
    static final class View extends ForwardingMemory {
        private final Sabotage sabotage;
        private final RegionMap map;
        private final List<long[]> later = new ArrayList<>();
        private final Map<Long, Long> releasing = new HashMap<>();
        private long[] body;
        private long bodyAt;
        private int lastRead;

        View(Sabotage sabotage, SharedMemory inner, RegionMap map) {
            super(inner);
            this.sabotage = sabotage;
            this.map = map;
        }

        SharedMemory inner() {
            return inner;
        }

        boolean isSlabWord(long offset) {
            return offset >= map.slabEntryAt(0)
                    && offset < map.slabAt(0)
                    && offset % SlabLayout.LENGTH == map.slabEntryAt(0) % SlabLayout.LENGTH;
        }

        /** Whether it is a record's state: other words of a record may look like one. */
        boolean isRecord(long offset, long word) {
            return offset >= map.slabAt(0)
                    && offset % RecordLayout.LENGTH == RecordLayout.STATE_OFFSET
                    && StateWord.isValid(word);
        }

        /** Whether a field of a record lies there: of one that is valid. */
        boolean isFieldOfRecord(long offset, int field) {
            return offset >= map.slabAt(0)
                    && offset % RecordLayout.LENGTH == field
                    && StateWord.isValid(inner.getLong(offset - field));
        }

        /** Whether a step from one state to another was made by a store. */
        boolean storesInstead(long offset, long expected, long value, BlockState from, BlockState to) {
            boolean its = isRecord(offset, expected) && is(expected, from) && is(value, to);
            if (its) {
                inner.putLongVolatile(offset, value);
            }
            return its;
        }

        int mostSlabs() {
            return map.slabLimit();
        }

        boolean isRootCell(long offset) {
            return Cells.isRoot(map, offset);
        }

        boolean isBudget(long offset) {
            long first = map.tagAt(0);
            return offset >= first
                    && offset < map.tagAt(map.tagCount() - 1) + TagLayout.LENGTH
                    && (offset - first) % TagLayout.LENGTH == TagLayout.USED_OFFSET;
        }

        void doLater(Sabotage self) {
            List<long[]> todo = List.copyOf(later);
            later.clear();
            for (long[] cas : todo) {
                inner.compareAndSetLong(cas[0], cas[1], cas[2]);
            }
        }

        @Override
        public int getInt(long offset) {
            int value = inner.getInt(offset);
            boolean head = offset >= map.slabEntryAt(0)
                    && offset < map.slabAt(0)
                    && isSlabWord(offset - SlabLayout.HEAD_OFFSET);
            lastRead = head ? LAST_WAS_HEAD : 0;
            return value;
        }

        @Override
        public long getLongAcquire(long offset) {
            long value = sabotage.read(this, offset);
            lastRead = 0;
            return value;
        }

        @Override
        public boolean compareAndSetLong(long offset, long expected, long value) {
            return sabotage.compareAndSet(this, offset, expected, value);
        }

        @Override
        public long getAndAddLong(long offset, long delta) {
            return sabotage.adds(this, offset, delta) ? inner.getAndAddLong(offset, delta) : inner.getLong(offset);
        }

        @Override
        public void putLong(long offset, long value) {
            if (sabotage.stores(this, offset, value)) {
                inner.putLong(offset, value);
            }
        }

        @Override
        public void putLongs(long offset, long first, long second) {
            if (sabotage.storesPair(this, offset, first)) {
                inner.putLongs(offset, first, second);
            }
        }

        @Override
        public void putLongs(long offset, long a, long b, long c, long d, long e, long f, long g) {
            if (sabotage.writesBody(this, offset, new long[] {a, b, c, d, e, f, g})) {
                inner.putLongs(offset, a, b, c, d, e, f, g);
            }
        }

        @Override
        public void putBytes(long offset, byte[] source, int from, int length) {
            if (length == 0) {
                sabotage.takesSpace(this);
            }
            inner.putBytes(offset, source, from, length);
        }

        @Override
        public void fill(long offset, long length, byte value) {
            if (sabotage.fills(value)) {
                inner.fill(offset, length, value);
            }
        }
    }
}
