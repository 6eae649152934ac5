package io.shm.schedule;

import io.shm.layout.HeaderLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SlabLayout;
import io.shm.layout.SlabWord;
import io.shm.layout.StateWord;
import io.shm.layout.TagLayout;
import io.shm.ledger.BlockState;
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
    /** The commit orders nothing: what was written before it may be lost, or seen late. */
    COMMIT_IS_NO_FENCE,
    /** Whoever reaps does not take the dead one's byte. */
    REAPER_WITHOUT_THE_BYTE;

    private static final int LAST_WAS_HEAD = 1;

    private final boolean onlyReclaims;

    Sabotage() {
        this(false);
    }

    Sabotage(boolean onlyReclaims) {
        this.onlyReclaims = onlyReclaims;
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
            default -> List.of(HeapOperation.values());
        };
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

        boolean isRecord(long offset, long word) {
            return offset >= map.slabAt(0) && StateWord.isValid(word);
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
        public void putLongs(long offset, long a, long b, long c, long d, long e, long f, long g) {
            if (sabotage.writesBody(this, offset, new long[] {a, b, c, d, e, f, g})) {
                inner.putLongs(offset, a, b, c, d, e, f, g);
            }
        }

        @Override
        public void fill(long offset, long length, byte value) {
            if (sabotage.fills(value)) {
                inner.fill(offset, length, value);
            }
        }
    }
}
