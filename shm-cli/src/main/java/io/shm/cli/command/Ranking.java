package io.shm.cli.command;

import io.shm.cli.render.Column;
import io.shm.cli.render.Shape;
import java.util.Comparator;
import picocli.CommandLine.Option;

/** Which rows come first, and how many there may be. */
final class Ranking {
    @Option(
            names = "--sort",
            paramLabel = "COLUMN",
            description =
                    "By this column: numbers and ages from the top, text from A; turned round by ':asc' or ':desc'.")
    String sort;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many rows.")
    Integer limit;

    /** @throws UsageException if the limit is negative */
    int limit(int usual) {
        if (limit != null && limit < 0) {
            throw new UsageException("--limit is a number of rows, not " + limit);
        }
        return limit == null ? usual : limit;
    }

    /**
     * The order asked for; null if none was.
     *
     * @throws UsageException if there is no such column
     */
    <T> Comparator<T> order(Shape<T> shape) {
        if (sort == null) {
            return null;
        }
        int colon = sort.indexOf(':');
        String direction = colon < 0 ? "" : sort.substring(colon + 1);
        if (colon >= 0 && !direction.equals("asc") && !direction.equals("desc")) {
            throw new UsageException("--sort " + sort + ": after the colon comes asc or desc");
        }
        Column column = Session.column(shape, colon < 0 ? sort : sort.substring(0, colon));
        return order(shape, column, direction);
    }

    static <T> Comparator<T> order(Shape<T> shape, Column column, String direction) {
        boolean isAge = column.kind() == Column.Kind.AGE;
        boolean topFirst = column.kind().isRightAligned() && column.kind() != Column.Kind.OFFSET;
        boolean descending = direction.isEmpty() ? topFirst : direction.equals("desc");
        // An age grows as its time stamp shrinks.
        boolean reversed = descending != isAge;
        return (a, b) -> {
            Object left = shape.value(a, column.key());
            Object right = shape.value(b, column.key());
            if (left == null || right == null) {
                return left == right ? 0 : left == null ? 1 : -1;
            }
            int order = compare(left, right);
            return reversed ? -order : order;
        };
    }

    @SuppressWarnings("unchecked")
    private static int compare(Object left, Object right) {
        return left instanceof Comparable<?> && left.getClass() == right.getClass()
                ? ((Comparable<Object>) left).compareTo(right)
                : left.toString().compareTo(right.toString());
    }
}
