package io.shm.schedule;

import io.shm.error.OutOfSharedMemoryException;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;

/** What participants do with the heap. */
enum HeapOperation implements Operation {
    ALLOCATE {
        @Override
        public void run(Actor actor) {
            actor.own(actor.heap().tryAllocate(SMALL[actor.random.nextInt(SMALL.length)], 0, 0, 0));
        }
    },
    ALLOCATE_SPAN {
        @Override
        public void run(Actor actor) {
            actor.own(actor.heap().tryAllocate(25_000, 0, 0, 0));
        }
    },
    ALLOCATE_LARGE {
        @Override
        public void run(Actor actor) {
            actor.own(actor.heap().tryAllocate(120_000, 0, 0, 0));
        }
    },
    ALLOCATE_FROM_POOL {
        @Override
        public void run(Actor actor) {
            actor.own(actor.heap().tryAllocate(300, actor.schedule.poolTag, 0, 0));
        }
    },
    ALLOCATE_SECRET {
        @Override
        public void run(Actor actor) {
            int tag = actor.random.nextBoolean() ? actor.schedule.poolTag : 0;
            actor.ownSecretly(actor.heap().tryAllocate(300, tag, 0, SECRET));
        }
    },
    ALLOCATE_WITHIN_A_BUDGET {
        @Override
        public void run(Actor actor) {
            actor.own(actor.heap().tryAllocate(2500, actor.schedule.budgetTag, 0, 0));
        }
    },
    ALLOCATE_IN_ANOTHER_THREAD {
        @Override
        public void run(Actor actor) {
            actor.own(actor.inAide(() -> actor.heap().tryAllocate(SMALL[actor.random.nextInt(SMALL.length)], 0, 0, 0)));
        }
    },
    FREE {
        @Override
        public void run(Actor actor) {
            Actor.Owned block = actor.giveOne();
            if (block != null) {
                long handle = block.block.handle();
                block.block.free();
                actor.stale.add(handle);
            }
        }
    },
    FREE_ALL {
        @Override
        public void run(Actor actor) {
            while (!actor.owned.isEmpty()) {
                FREE.run(actor);
            }
        }
    },
    FREE_IN_ANOTHER_THREAD {
        @Override
        public void run(Actor actor) {
            Actor.Owned block = actor.giveOne();
            if (block != null) {
                long handle = block.block.handle();
                actor.inAide(() -> {
                    block.block.free();
                    return null;
                });
                actor.stale.add(handle);
            }
        }
    },
    FREE_TWICE {
        @Override
        public void run(Actor actor) {
            Actor.Owned block = actor.giveOne();
            if (block != null) {
                Block again = actor.heap().resolve(block.block.handle());
                block.block.free();
                actor.stale.add(again.handle());
                boolean refused = false;
                try {
                    again.free();
                } catch (StaleHandleException e) {
                    refused = true;
                }
                if (!refused) {
                    throw new AssertionError("freed twice: " + again);
                }
            }
        }
    },
    RESIZE {
        @Override
        public void run(Actor actor) {
            Actor.Owned block = actor.giveOne();
            if (block == null) {
                return;
            }
            if (actor.heap().typeOf(block.block) != null) {
                // Others know where its cells are: it keeps its place.
                actor.keep(block);
                return;
            }
            long before = block.block.handle();
            Block resized;
            try {
                resized = block.block.resize(SMALL[actor.random.nextInt(SMALL.length)]);
            } catch (OutOfSharedMemoryException e) {
                actor.owned.add(block);
                return;
            }
            if (resized.getLong(0) != block.stamp) {
                throw new AssertionError("a resize lost what was in " + resized);
            }
            if (resized != block.block) {
                actor.stale.add(before);
            }
            actor.ownAsBefore(resized, block);
        }
    },
    LOOK_FOR_WHAT_WAS_FREED {
        @Override
        public void run(Actor actor) {
            for (long handle : actor.stale) {
                if (actor.heap().resolve(handle) != null) {
                    throw new AssertionError("a handle outlives its block: " + Long.toHexString(handle));
                }
            }
        }
    },
    FLUSH {
        @Override
        public void run(Actor actor) {
            actor.heap().flush();
        }
    },
    REAP {
        @Override
        public void run(Actor actor) {
            actor.reapDead();
        }
    },
    LEAVE_AND_JOIN {
        @Override
        public void run(Actor actor) {
            if (actor.random.nextInt(4) == 0) {
                actor.leave();
                actor.join();
            }
        }
    };

    /** Classes with few records, so that slabs are soon full and soon empty. */
    private static final int[] SMALL = {2500, 5000, 14_000};

    private static final int SECRET = BlockSpec.of(1).secret().flags();
}
