package io.shm.cli.report;

import io.shm.cli.export.Frames;
import io.shm.cli.render.Json;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Picture;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the bytes are: the region cut into equal cells, each with what lies there. */
final class MemoryMap {
    private static final int MOST_CELLS = 1024;
    private static final long SMALLEST_CELL = 4096;
    /** Names that have a colour of their own; the others share one. */
    private static final int MOST_NAMES = 8;

    /** What lies in a cell. */
    private static final class Cell {
        private long bytes;
        private long slack;
        private long blocks;
        private long leaked;
        private long quarantined;
        private Instant oldest;
        private final Map<String, Long> byTag = new HashMap<>(4);
        private final Map<String, Long> byProcess = new HashMap<>(4);
    }

    private final long size;
    private final long cellSize;
    /** Bytes before the first slab: nothing there is ever a block. */
    private final long tables;

    private final Cell[] cells;
    private final Map<String, Long> tags = new HashMap<>();
    private final Map<String, Long> processes = new HashMap<>();

    MemoryMap(Picture picture) {
        this.size = picture.identity().mapped();
        long wanted = Math.max(SMALLEST_CELL, (size + MOST_CELLS - 1) / MOST_CELLS);
        // Whole pages, so that cells have round addresses.
        this.cellSize = (wanted + SMALLEST_CELL - 1) / SMALLEST_CELL * SMALLEST_CELL;
        this.tables = picture.accounts().header() + picture.accounts().tables();
        this.cells = new Cell[(int) ((size + cellSize - 1) / cellSize)];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = new Cell();
        }
    }

    void add(BlockRow block) {
        if (block.state().equals("quarantine") || block.state().equals("damaged")) {
            cell(block.offset()).quarantined++;
            return;
        }
        String process = Frames.process(block);
        tags.merge(block.tag(), block.size(), Long::sum);
        processes.merge(process, block.size(), Long::sum);
        cell(block.offset()).blocks++;
        long end = Math.min(size, block.offset() + block.size());
        for (long at = Math.max(0, block.offset()); at < end; at = (at / cellSize + 1) * cellSize) {
            Cell cell = cell(at);
            long bytes = Math.min(end, (at / cellSize + 1) * cellSize) - at;
            cell.bytes += bytes;
            cell.byTag.merge(block.tag(), bytes, Long::sum);
            cell.byProcess.merge(process, bytes, Long::sum);
            if (block.since() != null && (cell.oldest == null || block.since().isBefore(cell.oldest))) {
                cell.oldest = block.since();
            }
        }
        cell(Math.max(block.offset(), end - 1)).slack += block.realSize() - block.size();
    }

    /** A block that is leaked lies there. */
    void addLeaked(long offset) {
        cell(offset).leaked++;
    }

    private Cell cell(long offset) {
        return cells[(int) Math.max(0, Math.min(cells.length - 1, offset / cellSize))];
    }

    /**
     * As the page's script reads it: names that have colours, and of each cell in their order its live bytes, slack,
     * blocks, leaked and quarantined blocks, the tag and the process that have most there, and the oldest age in seconds.
     */
    void write(Json json, Instant now) throws IOException {
        List<String> tagNames = names(tags);
        List<String> processNames = names(processes);
        json.object().field("size", size).field("cell", cellSize).field("tables", tables);
        names(json.key("tags"), tagNames);
        names(json.key("processes"), processNames);
        json.key("cells").array();
        for (Cell cell : cells) {
            json.array();
            if (cell.blocks + cell.bytes + cell.quarantined > 0) {
                json.value(cell.bytes)
                        .value(cell.slack)
                        .value(cell.blocks)
                        .value(cell.leaked)
                        .value(cell.quarantined)
                        .value(most(cell.byTag, tagNames))
                        .value(most(cell.byProcess, processNames))
                        .value(
                                cell.oldest == null
                                        ? -1
                                        : Math.max(
                                                0,
                                                Duration.between(cell.oldest, now)
                                                        .toSeconds()));
            }
            json.endArray();
        }
        json.endArray().endObject();
    }

    private static void names(Json json, List<String> names) throws IOException {
        json.array();
        for (String name : names) {
            json.value(io.shm.cli.render.Text.cut(io.shm.cli.render.Text.safe(name), Html.LONGEST));
        }
        json.endArray();
    }

    /** Those with most bytes. */
    private static List<String> names(Map<String, Long> bytes) {
        List<String> names = new ArrayList<>(bytes.keySet());
        names.sort((a, b) -> {
            int byBytes = Long.compare(bytes.get(b), bytes.get(a));
            return byBytes != 0 ? byBytes : a.compareTo(b);
        });
        return names.size() > MOST_NAMES ? names.subList(0, MOST_NAMES) : names;
    }

    /** The number of the name with most bytes; one more than there are for all others. */
    private static int most(Map<String, Long> bytes, List<String> names) {
        String most = bytes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
        int index = names.indexOf(most);
        return index < 0 ? names.size() : index;
    }
}
