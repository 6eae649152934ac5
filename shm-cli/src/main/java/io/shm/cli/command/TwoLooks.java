package io.shm.cli.command;

import io.shm.inspect.Inspector;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Looks twice, to tell how fast things go; when it is used again, as under {@code --watch}, once more only.
 *
 * @param <T> rows, as they are found
 */
final class TwoLooks<T> {
    private final Function<Inspector, List<T>> look;
    private final ToLongFunction<T> key;
    private Map<Long, T> before;
    private String regionBefore;
    private long nanosBefore;

    /** @param key by which a row is known again */
    TwoLooks(Function<Inspector, List<T>> look, ToLongFunction<T> key) {
        this.look = look;
        this.key = key;
    }

    /**
     * A row together with the same one of the look before.
     *
     * @param <F> what comes of it
     */
    @FunctionalInterface
    interface Between<T, F> {
        /** @param before null where there was none */
        F of(T before, T row, double seconds);
    }

    /** @param every time between the looks; nothing is waited for where nothing was found, or nothing can move */
    <F> List<F> rows(Inspector inspector, Duration every, Between<T, F> between) throws InterruptedException {
        String id = inspector.identity().regionId();
        if (before == null && !inspector.identity().copy()) {
            List<T> first = look.apply(inspector);
            remember(id, first);
            if (!first.isEmpty()) {
                // Nobody counts it down: a sleep that an interrupt ends.
                new CountDownLatch(1).await(every.toNanos(), TimeUnit.NANOSECONDS);
            }
        }
        List<T> rows = look.apply(inspector);
        double seconds = (System.nanoTime() - nanosBefore) / 1e9;
        // A region that was made anew under the name has nothing to be compared with.
        Map<Long, T> then = id.equals(regionBefore) ? before : Map.of();
        List<F> found = rows.stream()
                .map(row -> between.of(then.get(key.applyAsLong(row)), row, seconds))
                .toList();
        remember(id, rows);
        return found;
    }

    private void remember(String id, List<T> rows) {
        regionBefore = id;
        nanosBefore = System.nanoTime();
        before = new HashMap<>();
        rows.forEach(row -> before.put(key.applyAsLong(row), row));
    }
}
