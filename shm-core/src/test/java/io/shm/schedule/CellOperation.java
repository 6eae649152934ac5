package io.shm.schedule;

import io.shm.cell.Hold;
import io.shm.cell.Participation;
import io.shm.cell.Replaced;
import io.shm.cell.Slot;
import io.shm.error.OutOfSharedMemoryException;
import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.ledger.Site;

/** What participants do with cells: a block that one gives away, another finds as it was left. */
enum CellOperation implements Operation {
    PUBLISH {
        @Override
        public void run(Actor actor) {
            Actor.Owned block = actor.giveOne();
            if (block != null && !anyCell(actor).publish(block.block)) {
                actor.keep(block);
            }
        }
    },
    TAKE {
        @Override
        public void run(Actor actor) {
            actor.receive(anyCell(actor).take());
        }
    },
    EXCHANGE {
        @Override
        public void run(Actor actor) {
            Actor.Owned block = actor.giveOne();
            if (block != null) {
                actor.receive(anyCell(actor).exchange(block.block));
            }
        }
    },
    REPLACE {
        @Override
        public void run(Actor actor) {
            Actor.Owned block = actor.giveOne();
            if (block != null) {
                Slot cell = anyCell(actor);
                Replaced replaced = cell.compareAndReplace(cell.handle(), block.block, Site.UNKNOWN);
                if (replaced.done()) {
                    actor.receive(replaced.former());
                } else {
                    actor.keep(block);
                }
            }
        }
    },
    GET_OR_ALLOCATE {
        @Override
        public void run(Actor actor) {
            try {
                anyCell(actor).getOrAllocate(() -> {
                    Block block = actor.heap().tryAllocate(2500, 0, 0, 0);
                    if (block == null) {
                        throw new OutOfSharedMemoryException("no room for another");
                    }
                    actor.stamp(block);
                    return block;
                });
            } catch (OutOfSharedMemoryException full) {
                actor.heap().flush();
            }
        }
    },
    APPEND {
        @Override
        public void run(Actor actor) {
            Actor.Owned block = actor.giveOne();
            if (block != null && actor.array().append(block.block) < 0) {
                actor.keep(block);
            }
        }
    },
    TAKE_FROM_ARRAY {
        @Override
        public void run(Actor actor) {
            actor.receive(actor.array().take(actor.random.nextInt(Schedule.ARRAY)));
        }
    },
    PUBLISH_A_BLOCK_WITHIN_A_BLOCK {
        @Override
        public void run(Actor actor) {
            Block outer = actor.heap().tryAllocate(2500, 0, 0, Heap.request(0, actor.schedule.nodeType));
            if (outer == null) {
                return;
            }
            actor.own(outer);
            Actor.Owned inner = actor.giveOne();
            if (inner.block == outer) {
                actor.keep(inner);
                return;
            }
            if (!actor.space().slot(outer, Schedule.NODE_CELL).publish(inner.block)) {
                throw new AssertionError("the cell of a new block is occupied");
            }
            Actor.Owned whole = actor.give(outer);
            if (!anyCell(actor).publish(outer)) {
                actor.empty(outer);
                actor.keep(whole);
            }
        }
    },
    SHARE {
        @Override
        public void run(Actor actor) {
            Actor.Owned block = actor.giveOne();
            if (block == null) {
                return;
            }
            Hold hold = shared(actor).share(block.block);
            if (hold == null) {
                actor.keep(block);
            } else {
                actor.hold(hold);
            }
        }
    },
    ACQUIRE {
        @Override
        public void run(Actor actor) {
            Hold hold = shared(actor).acquire();
            if (hold != null) {
                actor.hold(hold);
            }
        }
    },
    RELEASE {
        @Override
        public void run(Actor actor) {
            actor.letGo();
        }
    },
    RETIRE {
        @Override
        public void run(Actor actor) {
            shared(actor).retire();
        }
    },
    OFFER {
        @Override
        public void run(Actor actor) {
            Participation target = actor.schedule.anyone(actor.random);
            Actor.Owned block = target == null ? null : actor.giveOne();
            if (block != null) {
                long handle = actor.space().offer(block.block, target, Site.UNKNOWN);
                actor.offered.add(handle);
                actor.schedule.offers.add(handle);
            }
        }
    },
    ACCEPT {
        @Override
        public void run(Actor actor) {
            for (long handle : actor.schedule.offers.toArray(Long[]::new)) {
                actor.receive(actor.space().accept(handle, actor.self(), Site.UNKNOWN));
            }
        }
    },
    WITHDRAW {
        @Override
        public void run(Actor actor) {
            actor.withdrawAll();
        }
    };

    private static Slot anyCell(Actor actor) {
        return actor.root(Schedule.CELLS[actor.random.nextInt(Schedule.CELLS.length)]);
    }

    private static Slot shared(Actor actor) {
        return actor.root(Schedule.SHARED);
    }
}
