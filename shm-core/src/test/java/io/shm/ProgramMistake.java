package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.cell.Slot;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.inspect.FaultRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.Leak;
import io.shm.inspect.LeakKind;
import io.shm.inspect.TraceInfo;
import io.shm.ledger.Site;
import io.shm.memory.SharedMemory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a program does wrong, once, with a block of its own. */
enum ProgramMistake {
    FREES_TWICE {
        @Override
        boolean commit(RandomWork work, Block block, long origin) {
            block.free(FIRST_FREE);
            try {
                block.free(WRONG);
            } catch (StaleHandleException refused) {
                return true;
            }
            throw new AssertionError("freed twice: " + block);
        }

        @Override
        List<String> faultsOf(String allocation, String process) {
            return List.of("1 double-free of " + allocation + ", " + process + " " + FIRST_FREE + ", " + process + " "
                    + WRONG);
        }
    },
    ONE_BYTE_TOO_FAR {
        @Override
        boolean commit(RandomWork work, Block block, long origin) {
            SharedMemory bytes = SharedMemory.at(block.address(), block.size() + 1, true, block);
            bytes.putByte(block.size(), (byte) (bytes.getByte(block.size()) ^ 0x55));
            work.keep(block, origin);
            return true;
        }

        @Override
        List<String> faultsOf(String allocation, String process) {
            return List.of("1 overrun of " + allocation + ", -, -");
        }
    },
    FORGETS_A_FREE {
        @Override
        boolean commit(RandomWork work, Block block, long origin) {
            return true;
        }

        @Override
        List<String> leaksOf(String allocation) {
            return List.of("definite of " + allocation);
        }
    },
    FORGETS_WHAT_HANGS_IN_IT {
        @Override
        boolean commit(RandomWork work, Block block, long origin) {
            Block outer = work.allocateAround(block);
            if (outer == null) {
                return false;
            }
            outer.free(RandomWork.FREE);
            return true;
        }

        @Override
        List<String> leaksOf(String allocation) {
            return List.of("definite of " + allocation);
        }
    },
    OVERWRITES_A_REFERENCE {
        @Override
        boolean commit(RandomWork work, Block block, long origin) {
            Slot cell = work.ownCell();
            Block other = work.giveOneOrNone();
            if (other == null) {
                return false;
            }
            long others = RandomWork.checkWhole(other);
            if (!cell.publish(block)) {
                throw new AssertionError("a cell of one's own is occupied: " + cell);
            }
            cell.putRaw(other, WRONG);
            work.keep(cell.take(), others);
            return true;
        }

        @Override
        List<String> faultsOf(String allocation, String process) {
            return List.of("1 overwritten-ref of " + allocation + ", -, " + process + " " + WRONG);
        }

        @Override
        List<String> leaksOf(String allocation) {
            return List.of("definite of " + allocation);
        }
    };

    private static final int MOST_WAITS = 6000;

    /** The line of a mistake. */
    static final Site WRONG = Site.here("wrong");

    static final Site FIRST_FREE = Site.here("first-free");

    /**
     * That it was told of, and nothing else but what the dead had. Where nobody frees the block, the walk finds what was
     * written beside it.
     *
     * @param wrong the process that made it
     * @param allocator which process allocated the block, and {@code site}, where
     */
    void check(Inspector inspector, int wrong, int allocator, int site) {
        List<FaultRow> faults = faults(inspector);
        for (int i = 0; faults.isEmpty() && this == ONE_BYTE_TOO_FAR && i < MOST_WAITS; i++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            faults = faults(inspector);
        }
        List<Leak> leaks = inspector.leaks().leaks().stream()
                .filter(leak -> leak.kind() != LeakKind.ORPHAN && leak.kind() != LeakKind.INDIRECT)
                .toList();
        String of = CorrectProgram.nameOf(allocator) + " " + RandomWork.SITES.get(site);
        String by = CorrectProgram.nameOf(wrong);
        assertThat(faults).as("faults").extracting(ProgramMistake::text).containsExactlyElementsOf(faultsOf(of, by));
        assertThat(leaks).as("leaks").extracting(ProgramMistake::text).containsExactlyElementsOf(leaksOf(of));
    }

    private static List<FaultRow> faults(Inspector inspector) {
        return inspector.faults().stream().filter(FaultRow::isFault).toList();
    }

    private static String text(FaultRow fault) {
        return fault.count() + " " + fault.kind() + " of " + text(fault.allocated()) + ", " + text(fault.other()) + ", "
                + text(fault.by());
    }

    private static String text(TraceInfo trace) {
        return trace == null ? "-" : trace.process().name() + " " + trace.site();
    }

    private static String text(Leak leak) {
        return leak.kind().label() + " of " + leak.block().allocatedBy().name() + " "
                + leak.block().site();
    }

    /** The texts of the faults that it is told of as. */
    List<String> faultsOf(String allocation, String process) {
        return List.of();
    }

    List<String> leaksOf(String allocation) {
        return List.of();
    }

    /** False where it cannot be made now, and nothing was done. */
    abstract boolean commit(RandomWork work, Block block, long origin);
}
