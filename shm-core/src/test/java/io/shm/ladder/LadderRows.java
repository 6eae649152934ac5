package io.shm.ladder;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Reports what the classes of the lower levels did, whichever they are: level 1 and 2 are where {@code CrashingMemory} and
 * {@code LosingMemory} let a process die, level 3 where {@code InterruptedMemory} stops one, level 7 where a test damages
 * a region. Registered for all tests by {@code META-INF/services}.
 */
public final class LadderRows implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {
    private static final String[] LEVELS = {"1, 2", "3", "7"};
    private static final String[] UNITS = {"deaths", "stops", "damages"};

    private final Deque<long[]> begun = new ArrayDeque<>();
    private long failed;

    @Override
    public void beforeAll(ExtensionContext context) {
        long[] counts = Ladder.counts();
        begun.push(new long[] {counts[0], counts[1], counts[2], System.nanoTime()});
        failed = 0;
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        failed += context.getExecutionException().isPresent() ? 1 : 0;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        long[] before = begun.pop();
        long[] after = Ladder.counts();
        for (int i = 0; i < LEVELS.length; i++) {
            if (after[i] > before[i]) {
                Ladder.report(
                        LEVELS[i],
                        context.getRequiredTestClass().getSimpleName(),
                        after[i] - before[i],
                        UNITS[i],
                        Long.getLong("shm.seed", 0),
                        failed,
                        System.nanoTime() - before[3]);
                failed = 0;
            }
        }
    }
}
