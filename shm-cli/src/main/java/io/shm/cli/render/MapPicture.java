package io.shm.cli.render;

import io.shm.inspect.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A region as lines of characters: the stretches go in, and each character is what most of its bytes are.
 *
 * <p>A character is a power of two of bytes, and a line a multiple of 8 of these, so that offsets are round.
 */
public final class MapPicture implements Consumer<Extent> {
    static final String FREE = "free";

    private static final long SMALLEST_CELL = 4096;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final char TOO_MANY = '?';
    private static final Paint[] COLOURS = {Paint.GOOD, Paint.CYAN, Paint.BLUE, Paint.MAGENTA, Paint.WARN, Paint.PLAIN};

    /** What slabs are told apart by. */
    public enum By {
        use,
        size,
        owner
    }

    private final By by;
    private final int columns;
    private final int gutter;
    private final long cellBytes;
    private final int cells;
    private final Map<String, MapGroup> groups = new LinkedHashMap<>();

    /**
     * @param mapped bytes of the region; what goes in beyond that counts, but is not drawn
     * @param width columns of the terminal; rows, most lines
     */
    public MapPicture(By by, long mapped, int width, int rows) {
        this.by = by;
        this.gutter = Math.max(9, Numbers.hex(mapped).length() + 2);
        int room = width - gutter;
        this.columns = room >= 16 ? room / 16 * 16 : 8;
        long cell = SMALLEST_CELL;
        while ((mapped + cell * columns - 1) / (cell * columns) > rows) {
            cell *= 2;
        }
        this.cellBytes = cell;
        this.cells = (int) Math.max(1, (mapped + cell - 1) / cell);
    }

    public long cellBytes() {
        return cellBytes;
    }

    public long lineBytes() {
        return cellBytes * columns;
    }

    @Override
    public void accept(Extent extent) {
        MapGroup group = groupOf(extent);
        group.add(extent);
        double use = extent.capacity() == 0 ? 1 : (double) extent.blocks() / extent.capacity();
        draw(group, extent, use);
        if (extent.quarantined() > 0) {
            draw(groups.computeIfAbsent("damaged blocks", this::damaged), extent, 1);
        }
    }

    private void draw(MapGroup group, Extent extent, double use) {
        long end = extent.offset() + extent.bytes();
        for (long at = extent.offset(); at < end; ) {
            long cell = at / cellBytes;
            if (cell >= cells) {
                return;
            }
            long next = Math.min(end, (cell + 1) * cellBytes);
            group.addTo((int) cell, next - at, use);
            at = next;
        }
    }

    // ---------------------------------------------------------------- groups

    private MapGroup damaged(String name) {
        return new MapGroup(name, 40, false, "✗", Paint.BAD, cells);
    }

    private MapGroup groupOf(Extent extent) {
        return switch (extent.kind()) {
            case "header", "participants", "history", "roots", "types", "pools", "faults", "scopes" ->
                fixed("header", 0, "░", Paint.FAINT);
            case "tags", "sites", "texts" -> fixed("tables", 1, "▒", Paint.FAINT);
            case "slab-table" -> fixed("ledger", 2, "▓", Paint.FAINT);
            case "free" -> fixed(FREE, 30, "·", Paint.FAINT);
            case "forming" -> fixed("forming", 31, "~", Paint.WARN);
            case "quarantined" -> fixed("quarantined", 41, "✗", Paint.BAD);
            case "tail" -> fixed("tail", 50, " ", Paint.FAINT);
            default -> blocks(extent);
        };
    }

    private MapGroup fixed(String name, long rank, String sign, Paint paint) {
        return groups.computeIfAbsent(name, key -> new MapGroup(key, rank, false, sign, paint, cells));
    }

    private MapGroup blocks(Extent extent) {
        boolean isLarge = extent.kind().equals("large");
        boolean isPool = extent.kind().equals("pool");
        if (by == By.owner && !isPool) {
            return extent.owner() == null
                    ? lettered("nobody", Long.MAX_VALUE)
                    : lettered(Owners.inWords(extent.owner()), extent.owner().id());
        }
        if (by == By.size && !isLarge && !isPool) {
            return lettered(Numbers.grouped(extent.blockSize()) + " B", extent.blockSize());
        }
        if (isPool) {
            String tag = extent.tag().isEmpty() ? "" : " " + Text.safe(extent.tag());
            return groups.computeIfAbsent(
                    "pool" + tag, key -> new MapGroup(key, 21, true, MapGroup.quarters(), Paint.CYAN, cells));
        }
        return isLarge
                ? groups.computeIfAbsent("large", key -> new MapGroup(key, 22, true, "■", Paint.MAGENTA, cells))
                : groups.computeIfAbsent(
                        "slabs", key -> new MapGroup(key, 20, true, MapGroup.eighths(), Paint.GOOD, cells));
    }

    /** A group that gets its letter when all are known. */
    private MapGroup lettered(String name, long order) {
        return groups.computeIfAbsent(name, key -> new MapGroup(key, order, true, "", Paint.PLAIN, cells));
    }

    /** In the order of the legend, each with its characters. */
    public List<MapGroup> groups() {
        List<MapGroup> lettered = new ArrayList<>();
        List<MapGroup> before = new ArrayList<>();
        List<MapGroup> behind = new ArrayList<>();
        for (MapGroup group : groups.values()) {
            List<MapGroup> list = group.wantsLetter() || (by != By.use && isLettered(group))
                    ? lettered
                    : group.rank() < 20 ? before : behind;
            list.add(group);
        }
        lettered.sort(Comparator.comparingLong(MapGroup::rank));
        for (int i = 0; i < lettered.size(); i++) {
            char letter = i < LETTERS.length() ? LETTERS.charAt(i) : TOO_MANY;
            lettered.get(i).letter(letter, COLOURS[i % COLOURS.length]);
        }
        before.sort(Comparator.comparingLong(MapGroup::rank));
        behind.sort(Comparator.comparingLong(MapGroup::rank));
        before.addAll(lettered);
        before.addAll(behind);
        return before;
    }

    private static boolean isLettered(MapGroup group) {
        return group.hasBlocks() && group.signs().length() == 1 && LETTERS.contains(group.signs());
    }

    // ---------------------------------------------------------------- drawing

    /** The lines, each with the offset that it begins at. */
    public void write(Appendable out, Look look) throws IOException {
        List<MapGroup> shown = groups();
        for (int first = 0; first < cells; first += columns) {
            String label = Numbers.hex(first * cellBytes);
            StringBuilder line = new StringBuilder();
            line.append(look.paint(Paint.FAINT, label));
            line.append(" ".repeat(Math.max(1, gutter - label.length())));
            // Neighbours of one colour are painted once.
            StringBuilder run = new StringBuilder();
            Paint colour = Paint.PLAIN;
            for (int cell = first; cell < Math.min(cells, first + columns); cell++) {
                MapGroup group = shownIn(shown, cell);
                Paint next = group == null ? Paint.PLAIN : group.paint();
                if (next != colour) {
                    line.append(look.paint(colour, run.toString()));
                    run.setLength(0);
                    colour = next;
                }
                run.append(group == null ? ' ' : group.signIn(cell, cellBytes));
            }
            out.append(line.append(look.paint(colour, run.toString()))).append('\n');
        }
    }

    /** What is damaged is shown however little it is; else what has most of the cell. */
    private static MapGroup shownIn(List<MapGroup> groups, int cell) {
        MapGroup most = null;
        for (MapGroup group : groups) {
            long weight = group.weightIn(cell);
            if (weight > 0 && group.paint() == Paint.BAD) {
                return group;
            }
            if (weight > 0 && (most == null || weight > most.weightIn(cell))) {
                most = group;
            }
        }
        return most;
    }
}
