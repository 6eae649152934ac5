package io.shm.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.ladder.Ladder;
import io.shm.layout.CallWord;
import io.shm.layout.QueueWord;
import io.shm.ledger.CallState;
import io.shm.ledger.CallStates;
import io.shm.ledger.ChannelBlock;
import io.shm.ledger.QueueState;
import io.shm.memory.ForwardingMemory;
import io.shm.memory.SharedMemory;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Level 4 of channels, requests and broadcasts, and level 8: deliberate mistakes that it finds. */
@Timeout(value = 1800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChannelSchedulesTest {
    private static final int SCHEDULES = Ladder.size("channel.schedules", 3_000, 100_000);
    /** Far more than any needs: a run ends as soon as the mistake is found. */
    private static final int SABOTAGED = 30_000;

    @Test
    void everyMessageIsWholeAndEveryCallHasItsOwnAnswer() throws Exception {
        long seed = Ladder.seed();
        System.out.println("ChannelSchedulesTest -Dshm.seed=" + seed);
        Ladder.row("4", "channels, requests, broadcasts under the scheduler", "channel.schedules", seed, count -> {
            ChannelSchedule.World[] worlds = worlds();
            try (Crew crew = new Crew()) {
                for (int i = 0; i < SCHEDULES; i++) {
                    AssertionError failure = run(worlds, crew, seedOf(seed, i), memory -> memory);
                    if (failure != null) {
                        throw failure;
                    }
                    count.add(1);
                }
            }
        });
    }

    /** The first has the seed itself, so that the seed of one that failed repeats it. */
    private static long seedOf(long seed, int index) {
        return index == 0 ? seed : new SplittableRandom(seed + index).nextLong();
    }

    /** Channels for any number, for one sender, for one receiver, for one of each. */
    private static ChannelSchedule.World[] worlds() {
        return IntStream.of(
                        0,
                        ChannelBlock.ONE_SENDER,
                        ChannelBlock.ONE_RECEIVER,
                        ChannelBlock.ONE_SENDER | ChannelBlock.ONE_RECEIVER)
                .mapToObj(ChannelSchedule.World::new)
                .toArray(ChannelSchedule.World[]::new);
    }

    private static AssertionError run(
            ChannelSchedule.World[] worlds, Crew crew, long seed, UnaryOperator<SharedMemory> mistake)
            throws InterruptedException {
        try {
            new ChannelSchedule(worlds[(int) (seed & (worlds.length - 1))], crew, seed, mistake).run();
            return null;
        } catch (AssertionError | RuntimeException e) {
            return new AssertionError("schedule with -Dshm.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    /** Mistakes, each as which word a mistaken line would leave in place of the right one. */
    enum Mistake {
        /** The slot is given back before its message was read. */
        READS_WHAT_IT_HAS_GIVEN_BACK {
            @Override
            long instead(long expected, long value) {
                return isQueue(expected, QueueState.FULL) && isQueue(value, QueueState.READING)
                        ? QueueWord.pack(QueueState.EMPTY.code(), 0, QueueWord.lap(value) + 1)
                        : value;
            }
        },
        /** The same of the one receiver, which does it by a store. */
        READS_ALONE_WHAT_IT_HAS_GIVEN_BACK {
            @Override
            long insteadOfStore(long value) {
                return isQueue(value, QueueState.READING)
                        ? QueueWord.pack(QueueState.EMPTY.code(), 0, QueueWord.lap(value) + 1)
                        : value;
            }
        },
        /** The one sender writes into a slot that it has not claimed, and sends another message meanwhile. */
        WRITES_WITHOUT_A_CLAIM {
            @Override
            long insteadOfStore(long value) {
                return isQueue(value, QueueState.WRITING)
                        ? QueueWord.pack(QueueState.EMPTY.code(), 0, QueueWord.lap(value))
                        : value;
            }
        },
        /** Who gives up frees the entry that a server works on. */
        FREES_WHAT_A_SERVER_HAS {
            @Override
            long instead(long expected, long value) {
                return isCall(value, CallState.ABANDONED)
                        ? CallWord.pack(CallState.FREE.code(), 0, 0, false, CallWord.number(value) + 1)
                        : value;
            }
        };

        /** Of a CAS. */
        long instead(long expected, long value) {
            return value;
        }

        /** Of an ordered store. */
        long insteadOfStore(long value) {
            return value;
        }

        private static boolean isQueue(long word, QueueState state) {
            return QueueWord.isOne(word) && word != 0 && QueueWord.state(word) == state.code();
        }

        private static boolean isCall(long word, CallState state) {
            return CallWord.isValid(word) && CallWord.state(word) == state.code() && CallStates.of(word) == state;
        }
    }

    @ParameterizedTest
    @EnumSource
    void isFound(Mistake mistake) throws Exception {
        long seed = Ladder.seed();
        long begun = System.nanoTime();
        ChannelSchedule.World[] worlds = worlds();
        AssertionError found = null;
        int schedules = 0;
        try (Crew crew = new Crew()) {
            while (found == null && schedules < SABOTAGED) {
                found = run(worlds, crew, seedOf(seed, schedules++), memory -> mistaken(worlds[0], memory, mistake));
            }
        }
        Ladder.report(
                "8",
                "mutant " + mistake + (found == null ? ", NOT FOUND" : ", found by level 4"),
                schedules,
                "schedules",
                seed,
                found == null ? 1 : 0,
                System.nanoTime() - begun);
        assertThat(found).as("%s is found", mistake).isNotNull();
        System.out.println(
                mistake + ": " + found.getMessage().strip().lines().limit(2).toList());
    }

    private static SharedMemory mistaken(ChannelSchedule.World world, SharedMemory memory, Mistake mistake) {
        return new ForwardingMemory(memory) {
            @Override
            public boolean compareAndSetLong(long offset, long expected, long value) {
                return super.compareAndSetLong(
                        offset, expected, world.isWithin(offset) ? mistake.instead(expected, value) : value);
            }

            @Override
            public void putLongRelease(long offset, long value) {
                super.putLongRelease(offset, world.isWithin(offset) ? mistake.insteadOfStore(value) : value);
            }
        };
    }
}
