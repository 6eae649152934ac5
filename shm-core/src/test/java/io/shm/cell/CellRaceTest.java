package io.shm.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.layout.RecordLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Site;
import io.shm.memory.ArmedMemory;
import io.shm.memory.InterruptedMemory;
import io.shm.memory.LimitedMemory;
import io.shm.memory.SharedMemory;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A participant is stopped before each of its writes, while another does what it wants with the same cell, in so many writes
 * and no more; then the first goes on. Nothing is lost, and nobody has what another has.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CellRaceTest {
    private static final int MOST_WRITES = 200;
    private static final int STOPPED = 1;
    private static final int OTHER = 2;

    /** What a participant has, in the end: blocks of its own, and holds. */
    private static final class Hands {
        private final CellFixture.Peer peer;
        private final Map<Block, Long> blocks = new LinkedHashMap<>();
        private final Set<Hold> holds = new HashSet<>();

        Hands(CellFixture.Peer peer) {
            this.peer = peer;
        }

        Slot slot() {
            return peer.root("a");
        }

        Block make() {
            Block block = peer.allocate(100);
            block.putLong(0, block.handle());
            return block;
        }

        /** Stamped, so that whoever else believed to have it as well would be seen. */
        void has(Block block) {
            if (block != null) {
                long stamp = block.handle() ^ peer.heap.owner();
                block.putLong(8, stamp);
                blocks.put(block, stamp);
            }
        }

        void has(Hold hold) {
            if (hold != null) {
                holds.add(hold);
            }
        }
    }

    private enum Act {
        PUBLISH {
            @Override
            void run(Hands hands) {
                Block block = hands.make();
                if (!hands.slot().publish(block)) {
                    hands.has(block);
                }
            }
        },
        TAKE {
            @Override
            void run(Hands hands) {
                try {
                    hands.has(hands.slot().take());
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessageContaining("shared");
                }
            }
        },
        EXCHANGE {
            @Override
            void run(Hands hands) {
                hands.has(hands.slot().exchange(hands.make()));
            }
        },
        REPLACE {
            @Override
            void run(Hands hands) {
                Block block = hands.make();
                Replaced replaced = hands.slot().compareAndReplace(hands.slot().handle(), block, Site.UNKNOWN);
                hands.has(replaced.done() ? replaced.former() : block);
            }
        },
        GET_OR_ALLOCATE {
            @Override
            void run(Hands hands) {
                assertThat(hands.slot().getOrAllocate(hands::make)).isNotNull();
            }
        },
        SHARE {
            @Override
            void run(Hands hands) {
                Block block = hands.make();
                Hold hold = hands.slot().share(block);
                if (hold == null) {
                    hands.has(block);
                }
                hands.has(hold);
            }
        },
        ACQUIRE {
            @Override
            void run(Hands hands) {
                try {
                    hands.has(hands.slot().acquire());
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessageContaining("not shared");
                }
            }
        },
        ACQUIRE_AND_RELEASE {
            @Override
            void run(Hands hands) {
                ACQUIRE.run(hands);
                hands.holds.forEach(Hold::close);
                hands.holds.clear();
            }
        },
        RETIRE {
            @Override
            void run(Hands hands) {
                hands.slot().retire();
            }
        };

        abstract void run(Hands hands);
    }

    /** What is in the cell before. */
    private enum Before {
        NOTHING,
        BLOCK,
        SHARED,
        SHARED_HELD_BY_NOBODY
    }

    @Test
    void whoIsStoppedAnywhereStopsNobodyAndLosesNothing() {
        long stops = 0;
        for (Before before : Before.values()) {
            for (Act act : Act.values()) {
                for (Act meanwhile : Act.values()) {
                    long n = 1;
                    while (meets(before, act, meanwhile, n)) {
                        n++;
                        stops++;
                    }
                }
            }
        }
        assertThat(stops).isGreaterThan(1000);
    }

    // ---------------------------------------------------------------- the checks can fail

    @Test
    void theChecksCatchACommitBeforeTheRecordSaysWhichCell() {
        mistake = inner -> new Forgetful(inner) {
            @Override
            boolean forgetsStore(long offset) {
                return offset % RecordLayout.LENGTH == cellWithin && offset >= slabsAt;
            }
        };
        assertThat(isCaught()).isTrue();
    }

    @Test
    void theChecksCatchAReplacementThatClaimsNothing() {
        mistake = inner -> new Forgetful(inner) {
            @Override
            boolean forgetsCas(long expected, long value) {
                return BlockStates.is(expected, BlockState.HELD)
                        && BlockStates.is(value, BlockState.TAKE)
                        && random++ % 2 == 0;
            }
        };
        assertThat(isCaught()).isTrue();
    }

    @Test
    void theChecksCatchATakeThatGoesBack() {
        mistake = inner -> new Forgetful(inner) {
            @Override
            long instead(long expected, long value) {
                boolean taken = BlockStates.is(expected, BlockState.TAKE) && BlockStates.is(value, BlockState.LIVE);
                return taken ? StateWord.pack(BlockState.HELD.code(), 0, StateWord.generation(expected)) : value;
            }
        };
        assertThat(isCaught()).isTrue();
    }

    private boolean isCaught() {
        try {
            whoIsStoppedAnywhereStopsNobodyAndLosesNothing();
            return false;
        } catch (AssertionError | RuntimeException e) {
            return true;
        } finally {
            mistake = ArmedMemory::new;
        }
    }

    /** Memory through which a participant makes a mistake. */
    @SuppressWarnings("UnusedVariable") // what each mistake looks at is its own matter
    private static class Forgetful extends ArmedMemory {
        final long cellWithin;
        final long slabsAt;
        int random;

        Forgetful(SharedMemory inner) {
            super(inner);
            RegionMap map = RegionMap.forSize(inner.size(), 0);
            slabsAt = map.slabAt(0);
            cellWithin = (RecordLayout.recordAt(slabsAt, 0) + RecordLayout.CELL_OFFSET) % RecordLayout.LENGTH;
        }

        boolean forgetsStore(long offset) {
            return false;
        }

        boolean forgetsCas(long expected, long value) {
            return false;
        }

        long instead(long expected, long value) {
            return value;
        }

        @Override
        public void putLong(long offset, long value) {
            if (!forgetsStore(offset)) {
                super.putLong(offset, value);
            }
        }

        @Override
        public boolean compareAndSetLong(long offset, long expected, long value) {
            return !forgetsCas(expected, value) && super.compareAndSetLong(offset, expected, instead(expected, value));
        }
    }

    private Function<SharedMemory, ArmedMemory> mistake = ArmedMemory::new;

    /** False if there was no write of that number. */
    private boolean meets(Before before, Act act, Act meanwhile, long n) {
        String when = before + ": " + act + " stopped at write " + n + " while " + meanwhile;
        CellFixture world = new CellFixture(768 << 10);
        prepare(world, before);
        ArmedMemory view = mistake.apply(world.region.memory);
        Hands stopped = new Hands(world.peer(STOPPED, view));
        stopped.slot();
        stopped.peer.allocate(100).free();
        ArmedMemory others = mistake.apply(world.region.memory);
        Hands other = new Hands(world.peer(OTHER, others));
        other.slot();
        other.peer.allocate(100).free();
        others.arm(new LimitedMemory(world.region.memory, MOST_WRITES));
        InterruptedMemory interrupted = new InterruptedMemory(world.region.memory, n, () -> {
            meanwhile.run(other);
            world.audit(false, when);
        });
        view.arm(interrupted);
        act.run(stopped);
        view.arm(world.region.memory);
        others.arm(world.region.memory);
        end(world, when, stopped, other);
        return interrupted.happened();
    }

    private static void prepare(CellFixture world, Before before) {
        CellFixture.Peer first = world.peer(3);
        if (before == Before.BLOCK) {
            Block block = first.allocate(100);
            block.putLong(0, block.handle());
            first.root("a").publish(block);
        } else if (before != Before.NOTHING) {
            Hold hold = first.root("a").share(first.allocate(100));
            if (before == Before.SHARED_HELD_BY_NOBODY) {
                hold.close();
            }
        }
    }

    /** All that somebody has is his own and nobody else's; without it, and without the cell, nothing is left. */
    private static void end(CellFixture world, String when, Hands... all) {
        assertThat(world.audit(true, when).blocks(BlockState.TAKE)).as(when).isZero();
        Set<Long> places = new HashSet<>();
        for (Hands hands : all) {
            hands.blocks.forEach((block, stamp) -> {
                assertThat(block.isLive()).as("%s: %s is live", when, block).isTrue();
                assertThat(block.getLong(8)).as("%s: %s", when, block).isEqualTo(stamp);
                assertThat(places.add(block.offset()))
                        .as("%s: %s has one owner", when, block)
                        .isTrue();
                block.free();
            });
            hands.holds.forEach(hold -> {
                assertThat(hold.block().isInUse()).as("%s: %s", when, hold).isTrue();
                hold.close();
            });
        }
        world.drain(all[0].peer);
        world.region.reclaim(3);
        assertThat(world.audit(true, when).live).as(when).isEmpty();
    }
}
