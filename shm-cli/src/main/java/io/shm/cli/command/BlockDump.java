package io.shm.cli.command;

import io.shm.cli.render.HexDump;
import io.shm.cli.render.Json;
import io.shm.cli.render.Look;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Owners;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.Text;
import io.shm.error.NotFoundException;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.SiteInfo;
import java.io.IOException;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** One block: its record in words, and its bytes. */
final class BlockDump {
    private final Session session;
    private final Inspector inspector;
    private final String region;

    BlockDump(Session session, Inspector inspector, String region) {
        this.session = session;
        this.inspector = inspector;
        this.region = region;
    }

    /** @throws NotFoundException if no block lies there */
    void show(long offset, long maxBytes) throws IOException {
        BlockRow block = inspector
                .blockAt(offset)
                .orElseThrow(() -> new NotFoundException("no block of " + region + " lies at offset " + offset + " ("
                        + Numbers.hex(offset) + "). 'shm blocks " + region + "' lists those that there are"));
        int most = (int) Math.min(Math.min(maxBytes, block.size()), Integer.MAX_VALUE - 16);
        byte[] bytes = inspector.payload(block.offset(), most);
        if (session.json()) {
            json(block, bytes);
        } else {
            words(block);
            HexDump.write(bytes, block.offset(), session.out());
            if (bytes.length < block.size()) {
                session.sum(Numbers.sizeInWords(bytes.length) + " of " + Numbers.sizeInWords(block.size())
                        + "; --max-bytes shows more");
            }
        }
    }

    private void json(BlockRow block, byte[] bytes) throws IOException {
        Json json = session.startJson("blocks").field("region", region);
        json.key("blocks").array();
        RowJson.block(json, block);
        json.endArray();
        json.field("hex", HexFormat.of().formatHex(bytes));
        session.endJson(json);
    }

    private void words(BlockRow block) throws IOException {
        Look look = session.look();
        String tag = block.tag().isEmpty() ? "" : ", tag " + Text.safe(block.tag());
        session.line("block at " + block.offset() + " (" + Numbers.hex(block.offset()) + "): "
                + Numbers.sizeInWords(block.size()) + ", room for " + Numbers.grouped(block.realSize())
                + (block.secret() ? ", secret" : "") + tag);
        session.line("  state      " + block.state() + ", generation " + block.generation() + ", handle "
                + Numbers.hex(block.handle()) + (block.moved() ? "; it changed while it was read" : ""));
        session.line("  owner      " + Owners.inWords(block.owner()));
        if (block.cell() != 0) {
            session.line("  held in    " + Text.safe(block.heldIn()) + ", cell " + block.cell());
        }
        if (!block.holders().isEmpty()) {
            session.line("  holders    "
                    + block.holders().stream().map(Owners::inWords).collect(Collectors.joining(", ")));
        }
        session.line("  allocated  " + ago(look.age(block.since())) + "by " + Owners.inWords(block.allocatedBy())
                + ", thread " + block.thread());
        session.line("             " + Text.safe(block.site().toString()));
        if (!block.stack().isEmpty()) {
            session.line("  stack");
            for (SiteInfo frame : block.stack()) {
                session.line("             " + Text.safe(frame.toString()));
            }
        }
        if (block.changed() != null) {
            session.line("  " + column(Text.safe(block.change())) + ago(look.age(block.changed())) + "by "
                    + Owners.inWords(block.changedBy()));
            session.line("             " + Text.safe(block.changedAt().toString()));
        }
    }

    private static String ago(String age) {
        return age.isEmpty() ? "" : age + " ago ";
    }

    private static String column(String word) {
        return word + " ".repeat(Math.max(1, 11 - word.length()));
    }
}
