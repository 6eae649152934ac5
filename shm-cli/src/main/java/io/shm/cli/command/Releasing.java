package io.shm.cli.command;

import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Owners;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Text;
import io.shm.error.BusyException;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import java.io.IOException;
import java.util.Set;

/**
 * What releasing one block would do, found out without doing it.
 *
 * @param hanging what goes with an orphan, and stays where a block in quarantine is released
 */
record Releasing(String region, BlockRow block, Hanging hanging) {
    private static final Set<String> UNOWNED = Set.of("orphan", "quarantine");

    /**
     * @throws BusyException for a copy, and if the block is somebody's
     * @throws UsageException if there is no block
     */
    static Releasing of(String region, long offset) {
        try (Inspector inspector = Regions.open(region)) {
            if (inspector.identity().copy()) {
                throw new BusyException(inspector.identity().path()
                        + " is a copy of a region: nothing released, it would free nothing");
            }
            BlockRow block = inspector
                    .blockAt(offset)
                    .orElseThrow(() -> new UsageException("there is no block at offset " + offset
                            + ": nothing released. 'shm blocks " + region + " --state orphan' lists what there is"));
            if (!UNOWNED.contains(block.state())) {
                throw new BusyException("the block at offset " + offset + " is " + block.state()
                        + (block.owner() == null ? "" : ", owned by " + Owners.named(block.owner()))
                        + ": nothing released. Only orphans and blocks in quarantine are");
            }
            return new Releasing(region, block, Hanging.in(inspector, block));
        }
    }

    /**
     * In words: {@code the orphan at 266240: 1,024 bytes, allocated by process 4713 risk at Rx.poll(Rx.java:17), with what
     * hangs in its cells: 2 blocks, 300 bytes}.
     */
    String what() {
        return "the " + (isOrphan() ? "orphan" : "block in quarantine") + " at " + block.offset()
                + ": " + Numbers.counted(block.size(), "byte") + ", allocated by "
                + Owners.named(block.allocatedBy()) + " at "
                + Text.safe(block.site().toString())
                + also();
    }

    private boolean isOrphan() {
        return block.state().equals("orphan");
    }

    private String also() {
        if (hanging.blocks() == 0) {
            return "";
        }
        return isOrphan()
                ? ", with what hangs in its cells: " + hanging
                : ", without what hangs in its cells, which is a leak then: " + hanging;
    }

    void write(Json json) throws IOException {
        RowJson.block(json.key("block"), block);
        json.key("hanging")
                .object()
                .field("blocks", hanging.blocks())
                .field("bytes", hanging.bytes())
                .field("released", isOrphan())
                .endObject();
    }
}
