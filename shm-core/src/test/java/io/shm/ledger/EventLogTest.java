package io.shm.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.layout.EventLogLayout;
import io.shm.memory.LosingMemory;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final int RINGS = 4;
    private static final int ENTRIES = 16;
    private static final int SIZE = (int) EventLogLayout.bytes(RINGS, ENTRIES);

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private SharedMemory memory;

    @BeforeEach
    void make() {
        System.out.println("EventLogTest seed " + seed);
        memory = SharedMemory.ofPrivate(SIZE);
        EventLog.format(memory, 0, RINGS, ENTRIES);
    }

    private static EventLog open(SharedMemory memory) {
        return EventLog.open(memory, 0, SIZE);
    }

    /** An event all of whose words follow from one number, so that a mixture of two is seen. */
    private static void write(EventLog log, int slot, long number) {
        log.write(
                slot,
                EventKind.of(1 + (int) (number % 7)),
                (int) (number & 0xff_ffff),
                (int) (number & 0xfff),
                number & 0xff_ffff_ffffL,
                (int) (number & 0xff_ffff),
                number & 0xff_ffff_ffffL,
                number * 3,
                number * 5,
                number * 7,
                number * 11);
    }

    private static boolean isWhole(EventLog.Entry entry) {
        long number = entry.offset() / 3;
        return entry.kind().code() == 1 + number % 7
                && entry.site() == (number & 0xff_ffff)
                && entry.tag() == (number & 0xfff)
                && entry.atMs() == (number & 0xff_ffff_ffffL)
                && entry.process() == (number & 0xff_ffff)
                && entry.thread() == (number & 0xff_ffff_ffffL)
                && entry.handle() == number * 5
                && entry.size() == number * 7
                && entry.detail() == number * 11;
    }

    private static List<Long> numbers(EventLog log, int ring) {
        List<Long> numbers = new ArrayList<>();
        for (long n = Math.max(0, log.next(ring) - log.entries()); n < log.next(ring); n++) {
            EventLog.Entry entry = log.read(ring, n);
            if (entry != null) {
                assertThat(isWhole(entry)).isTrue();
                numbers.add(entry.offset() / 3);
            }
        }
        return numbers;
    }

    @Test
    void keepsTheLastEventsOfEachRingAndTellsHowManyThereWere() {
        EventLog log = open(memory);
        for (long n = 1; n <= 20; n++) {
            write(log, 1, n);
        }
        write(log, 2, 100);
        // A slot beyond the rings shares one.
        write(log, RINGS - 1 + 2, 101);
        write(log, EventLog.RECLAIMS, 102);

        assertThat(log.next(1)).isEqualTo(20);
        assertThat(numbers(log, 1))
                .containsExactly(5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L, 20L);
        assertThat(numbers(log, 2)).containsExactly(100L, 101L);
        assertThat(numbers(log, RINGS - 1)).containsExactly(102L);
        assertThat(log.read(1, 3)).isNull();
        assertThat(log.read(1, 20)).isNull();
    }

    @Test
    void aDeathAtAnyWriteLeavesAtMostOneEntryThatReadersSkip() {
        for (int before : new int[] {0, 5, ENTRIES + 3}) {
            boolean died = true;
            for (long write = 1; died; write++) {
                SharedMemory bytes = SharedMemory.ofPrivate(SIZE);
                EventLog.format(bytes, 0, RINGS, ENTRIES);
                EventLog survivor = open(bytes);
                for (long n = 1; n <= before; n++) {
                    write(survivor, 0, n);
                }
                died = false;
                try {
                    write(open(new LosingMemory(bytes, write, random)), 0, 1000);
                } catch (LosingMemory.Crash e) {
                    died = true;
                }
                write(survivor, 0, 2000);
                List<Long> numbers = numbers(survivor, 0);
                assertThat(numbers).as("seed %d, write %d", seed, write).last().isEqualTo(2000L);
                int expected = Math.min(ENTRIES, before + (survivor.next(0) == before + 2 ? 2 : 1));
                assertThat(numbers.size()).as("seed %d, write %d", seed, write).isBetween(expected - 1, expected);
            }
        }
    }

    @Test
    void aWriterThatForgetsTheChecksumOrTheNumberIsNotBelieved() {
        EventLog log = open(memory);
        write(log, 0, 1);
        long entryAt = EventLogLayout.LENGTH + RINGS * 128L;
        for (int word = 0; word < 8; word++) {
            for (int bit = 0; bit < 64; bit++) {
                long at = entryAt + 8L * word;
                long right = memory.getLong(at);
                memory.putLong(at, right ^ (1L << bit));
                EventLog.Entry entry = log.read(0, 0);
                // Bits of WHAT that mean nothing are under the checksum as well.
                assertThat(entry).as("word %d bit %d", word, bit).isNull();
                memory.putLong(at, right);
            }
        }
        assertThat(log.read(0, 0)).isNotNull();
    }

    @Test
    void manyWritersOfOneRingNeverShowAMixture() throws InterruptedException {
        EventLog log = open(memory);
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            long from = i * 1_000_000L;
            Thread writer = new Thread(() -> {
                for (long n = 1; n <= 100_000; n++) {
                    write(log, 0, from + n);
                }
            });
            writers.add(writer);
            writer.start();
        }
        Thread reader = new Thread(() -> {
            while (!done.get()) {
                numbers(log, 0);
            }
        });
        List<Throwable> wrong = new ArrayList<>();
        reader.setUncaughtExceptionHandler((thread, thrown) -> wrong.add(thrown));
        reader.start();
        for (Thread writer : writers) {
            writer.join();
        }
        done.set(true);
        reader.join();

        assertThat(wrong).isEmpty();
        assertThat(log.next(0)).isEqualTo(300_000);
        numbers(log, 0);
    }

    @Test
    void whateverTheBytesAreAReaderAndAWriterEnd() {
        for (int round = 0; round < 2000; round++) {
            for (int i = 0; i < 1 + random.nextInt(100); i++) {
                long at = random.nextInt(SIZE / 8) * 8L;
                memory.putLong(
                        at,
                        switch (random.nextInt(4)) {
                            case 0 -> random.nextLong();
                            case 1 -> -1;
                            case 2 -> Long.MAX_VALUE - random.nextInt(3);
                            default -> random.nextInt(100);
                        });
            }
            EventLog log = open(memory);
            if (log == null || round % 10 == 0) {
                memory.putInt(EventLogLayout.RINGS_OFFSET, RINGS);
                memory.putInt(EventLogLayout.ENTRIES_OFFSET, ENTRIES);
                memory.putLong(EventLogLayout.MAGIC_OFFSET, EventLogLayout.MAGIC);
                log = open(memory);
            }
            for (int ring = 0; ring < log.rings(); ring++) {
                for (long n = log.next(ring) - log.entries(); n < log.next(ring) && n >= 0; n++) {
                    log.read(ring, n);
                }
                write(log, ring, round);
            }
        }
    }

    @Test
    void whatIsNoLogIsNotOpened() {
        for (int rings : new int[] {0, -1, 65, Integer.MAX_VALUE}) {
            memory.putInt(EventLogLayout.RINGS_OFFSET, rings);
            assertThat(open(memory)).isNull();
        }
        memory.putInt(EventLogLayout.RINGS_OFFSET, RINGS);
        for (int entries : new int[] {0, -1, 3, ENTRIES * 2, 1 << 30, Integer.MIN_VALUE}) {
            memory.putInt(EventLogLayout.ENTRIES_OFFSET, entries);
            assertThat(open(memory)).isNull();
        }
        memory.putInt(EventLogLayout.ENTRIES_OFFSET, ENTRIES);
        assertThat(open(memory)).isNotNull();
        assertThat(EventLog.open(memory, 0, SIZE - 1)).isNull();
        assertThat(EventLog.open(memory, 0, 8)).isNull();
    }
}
