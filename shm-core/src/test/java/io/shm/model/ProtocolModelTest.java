package io.shm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.shm.ladder.Ladder;
import io.shm.model.Protocol.Op;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Level 5: all interleavings of small worlds, deaths included. Of every state: no block has two owners, no cell holds a
 * block of another life, empty holders stay empty; everybody finishes though all others are stopped there; and once all
 * have, and the dead are reaped, every block is free, or somebody's who knows it, or in its cell, or held.
 */
@Timeout(value = 1800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProtocolModelTest {
    /** States that are looked at for each world; the small ones have fewer. */
    private static final int BOUND = Ladder.size("states", 1_000_000, 10_000_000);

    private static final Set<Op> OWNED = EnumSet.of(Op.ALLOCATE, Op.FREE, Op.PUBLISH, Op.TAKE, Op.REPLACE, Op.REAP);
    private static final Set<Op> APPENDED = EnumSet.of(Op.ALLOCATE, Op.FREE, Op.APPEND, Op.TAKE, Op.REAP);

    private static final Set<Op> SHARED =
            EnumSet.of(Op.ALLOCATE, Op.FREE, Op.SHARE, Op.ACQUIRE, Op.RELEASE, Op.RETIRE, Op.REAP);
    private static final Set<Op> OFFERED = EnumSet.of(Op.ALLOCATE, Op.FREE, Op.OFFER, Op.ACCEPT, Op.WITHDRAW, Op.REAP);

    /**
     * A world.
     *
     * @param states how many it has, where that is known to be few; then all are looked at even in the small size
     */
    private record World(String name, int processes, int blocks, int cells, Set<Op> operations, int states) {
        @Override
        public String toString() {
            return name + ": " + processes + " processes, " + blocks + " blocks, " + cells + " cells";
        }

        Explorer explore(Set<Mutant> mutants) {
            return new Explorer(new Form(processes, blocks, cells), operations, mutants, Math.max(BOUND, states)).run();
        }
    }

    static List<World> worlds() {
        return List.of(
                new World("publish, take, replace", 2, 2, 1, OWNED, 100_000),
                new World("publish, take, replace", 2, 2, 2, OWNED, 400_000),
                new World("publish, take, replace", 3, 2, 1, OWNED, 0),
                new World("publish, take, replace", 2, 3, 1, OWNED, 0),
                new World("append, take", 2, 2, 2, APPENDED, 400_000),
                new World("publish, take, replace, adopt", 2, 2, 1, with(OWNED, Op.ADOPT), 100_000),
                new World("publish, take, replace, adopt", 3, 1, 1, with(OWNED, Op.ADOPT), 100_000),
                new World("share, acquire, release, retire", 2, 2, 1, SHARED, 400_000),
                new World("share, acquire, release, retire", 3, 1, 1, SHARED, 0),
                new World("offer, accept, withdraw", 3, 1, 1, with(OFFERED, Op.PUBLISH, Op.TAKE), 400_000),
                new World("offer, accept, withdraw", 3, 2, 0, OFFERED, 0),
                new World("cells of both kinds", 2, 2, 1, with(OWNED, Op.SHARE, Op.ACQUIRE, Op.RELEASE, Op.RETIRE), 0),
                new World("everything", 2, 1, 1, EnumSet.allOf(Op.class), 100_000),
                new World("everything", 3, 2, 2, EnumSet.allOf(Op.class), 0));
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void nothingGoesWrongInAnyInterleaving(World world) throws Exception {
        Ladder.row("5", "model: " + world, "states", 0, count -> {
            Explorer explorer = world.explore(Set.of());
            count.add(explorer.states());
            System.out.println("ProtocolModelTest " + world + ": " + explorer.states() + " states, depth "
                    + explorer.depth() + (explorer.isClosed() ? ", all there are" : ", bounded"));
            if (explorer.violation() != null) {
                fail(explorer.counterexample());
            }
            if (world.states() > 0) {
                assertThat(explorer.isClosed()).as("all states were looked at").isTrue();
            }
        });
    }

    /** The smallest worlds in which a mistake can show. */
    private static Stream<World> worldsOf(Mutant mutant) {
        Set<Op> operations = switch (mutant) {
            case ACQUIRE_OF_THE_EMPTY_SET, RETIRE_CLEARS_IN_CELL_FIRST, REAPER_FORGETS_HOLDERS -> SHARED;
            case WITHDRAW_KEEPS_THE_GENERATION -> OFFERED;
            default -> OWNED;
        };
        return Stream.of(new int[] {2, 1}, new int[] {3, 1}, new int[] {2, 2}, new int[] {3, 2})
                .map(size -> new World(mutant.name(), size[0], size[1], 1, operations, 1_000_000));
    }

    @ParameterizedTest
    @EnumSource
    void findsTheMistake(Mutant mutant) throws Exception {
        Explorer found = worldsOf(mutant)
                .map(world -> world.explore(EnumSet.of(mutant)))
                .filter(explorer -> explorer.violation() != null)
                .findFirst()
                .orElseThrow(() -> new AssertionError(mutant + " was not found"));
        System.out.println(mutant + " is found after " + found.states() + " states,\n" + found.counterexample());
        Ladder.report("8", "model mutant " + mutant + ", found by level 5", found.states(), "states", 0, 0, 0);
    }

    private static Set<Op> with(Set<Op> some, Op... more) {
        Set<Op> all = EnumSet.copyOf(some);
        all.addAll(List.of(more));
        return all;
    }
}
