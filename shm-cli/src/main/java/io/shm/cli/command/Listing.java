package io.shm.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Takes rows as they are found and passes on those that are to be shown, in order.
 *
 * <p>Without an order nothing is kept; with an order and a limit, no more rows than the limit.
 */
final class Listing<T> implements Consumer<T> {
    /** Where rows go: a table or a JSON array. */
    @FunctionalInterface
    interface Sink<T> {
        void write(T row) throws IOException;
    }

    /** A row and when it came, so that equal rows keep their order. */
    private record Arrived<T>(T row, long number) {}

    private final Sink<T> sink;
    private final int limit;
    private final Comparator<Arrived<T>> order;
    private final PriorityQueue<Arrived<T>> kept;
    private long count;

    Listing(Comparator<T> order, int limit, Sink<T> sink) {
        this.sink = sink;
        this.limit = limit;
        this.order = order == null
                ? null
                : Comparator.<Arrived<T>, T>comparing(Arrived::row, order).thenComparingLong(Arrived::number);
        // The last of those kept is the head, to make room for a better one.
        this.kept = order == null ? null : new PriorityQueue<>(this.order.reversed());
    }

    @Override
    public void accept(T row) {
        count++;
        if (kept == null) {
            if (count <= limit) {
                write(row);
            }
        } else if (limit > 0) {
            kept.add(new Arrived<>(row, count));
            if (kept.size() > limit) {
                kept.poll();
            }
        }
    }

    /** Writes what was held back for the order. */
    void finish() {
        if (kept != null) {
            List<Arrived<T>> sorted = new ArrayList<>(kept);
            sorted.sort(order);
            for (Arrived<T> arrived : sorted) {
                write(arrived.row());
            }
        }
    }

    /** Rows that came, shown or not. */
    long count() {
        return count;
    }

    /** Rows that were shown. */
    long shown() {
        return Math.min(count, limit);
    }

    private void write(T row) {
        try {
            sink.write(row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
