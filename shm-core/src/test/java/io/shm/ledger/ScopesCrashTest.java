package io.shm.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.layout.RegionMap;
import io.shm.memory.CrashingMemory;
import io.shm.memory.CrashingMemory.Crash;
import io.shm.memory.SharedMemory;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody dies at each write of a scope's life, and so does who sweeps up. */
class ScopesCrashTest {
    private static final int VICTIM = 7;
    private static final int OTHER = 8;

    private final RegionMap map = RegionMap.forSize(1 << 20, 0);
    private SharedMemory memory;

    @BeforeEach
    void empty() {
        // Without slabs, so that nothing is allocated under any scope.
        memory = SharedMemory.ofPrivate((int) map.slabAt(0));
    }

    private static void life(Scopes scopes) {
        int freed = scopes.open("freed", ScopeState.OPEN, VICTIM, 1);
        int left = scopes.open("left", ScopeState.OPEN, VICTIM, 2);
        int holder = scopes.open("holder", ScopeState.HOLDER, VICTIM, 3);
        scopes.release(freed);
        scopes.close(left, 4);
        scopes.release(holder);
    }

    private boolean diesAt(long write) {
        try {
            life(new Scopes(new CrashingMemory(memory, write), map));
            return false;
        } catch (Crash crash) {
            return true;
        }
    }

    @Test
    void losesNoEntryToOneThatDies() {
        int death = 1;
        for (; diesAt(death); death++) {
            boolean swept = false;
            for (int write = 1; !swept; write++) {
                SharedMemory dying = new CrashingMemory(memory, write);
                try {
                    new Scopes(dying, map).sweep(new LedgerScan(dying, map), process -> process == VICTIM);
                    swept = true;
                } catch (Crash again) {
                    assertThat(write).isLessThan(100);
                }
            }
            assertThat(new Scopes(memory, map).used())
                    .as("died before write %d", death)
                    .isZero();
        }
        assertThat(death).isGreaterThan(20);
    }

    @Test
    void theLivingKeepWhatTheyHaveOpen() {
        Scopes scopes = new Scopes(memory, map);
        int mine = scopes.open("mine", ScopeState.OPEN, OTHER, 1);
        int theirs = scopes.open("theirs", ScopeState.OPEN, VICTIM, 1);
        assertThat(scopes.sweep(new LedgerScan(memory, map), process -> process == VICTIM))
                .isTrue();
        assertThat(scopes.name(mine)).isEqualTo("mine");
        assertThat(scopes.name(theirs)).isEmpty();
        assertThat(scopes.sweep(new LedgerScan(memory, map), process -> process == VICTIM))
                .isFalse();
    }

    @Test
    void aNumberOfAnEarlierUseNamesNothing() {
        Scopes scopes = new Scopes(memory, map);
        int before = scopes.open("before", ScopeState.OPEN, OTHER, 1);
        scopes.release(before);
        int after = scopes.open("after", ScopeState.OPEN, OTHER, 1);
        assertThat(after).isNotEqualTo(before);
        scopes.close(after, 2);
        assertThat(scopes.name(before)).isEmpty();
        assertThat(scopes.isClosed(before)).isFalse();
        scopes.close(before, 3);
        scopes.release(before);
        assertThat(scopes.name(after)).isEqualTo("after");
        assertThat(scopes.isClosed(after)).isTrue();
    }

    @Test
    void aFullTableGivesNone() {
        Scopes scopes = new Scopes(memory, map);
        for (int entry = 1; entry < map.scopeCount(); entry++) {
            assertThat(scopes.open("s" + entry, ScopeState.OPEN, OTHER, 1)).isNotZero();
        }
        assertThat(scopes.open("one more", ScopeState.OPEN, OTHER, 1)).isZero();
        assertThat(scopes.used()).isEqualTo(map.scopeCount() - 1);
    }

    @Test
    void hostileBytesLeadNowhere() {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("ScopesCrashTest -Dshm.seed=" + seed);
        Random random = new Random(seed);
        Scopes scopes = new Scopes(memory, map);
        for (int round = 0; round < 10_000; round++) {
            memory.putLong(map.scopeAt(0) + 8L * random.nextInt(map.scopeCount() * 16), random.nextLong());
            int id = random.nextInt(1 << 24);
            assertThat(scopes.name(id)).as("seed %d", seed).isNotNull();
            scopes.isClosed(id);
            scopes.close(id, 1);
            scopes.release(id);
            scopes.open("x", ScopeState.OPEN, OTHER, 1);
        }
    }
}
