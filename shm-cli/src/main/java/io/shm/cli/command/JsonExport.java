package io.shm.cli.command;

import io.shm.cli.export.BlockExport;
import io.shm.cli.render.FaultJson;
import io.shm.cli.render.Json;
import io.shm.cli.render.RowJson;
import io.shm.inspect.BlockRow;
import io.shm.inspect.FaultRow;
import io.shm.inspect.Inspector;
import java.io.IOException;

/** A region as one JSON object: its picture, its faults, and its blocks in use with all that is known of them. */
final class JsonExport extends BlockExport {
    private final Appendable to;
    private final Json json;

    JsonExport(Appendable to, Inspector inspector) throws IOException {
        this.to = to;
        this.json = new Json(to);
        json.object().field("schema", "shm.export/1");
        json.key("picture").object();
        PictureJson.fields(json, inspector.picture(), Integer.MAX_VALUE);
        json.endObject().key("faults").array();
        for (FaultRow row : inspector.faults()) {
            if (row.isFault()) {
                FaultJson.write(json, row);
            }
        }
        json.endArray().key("blocks").array();
    }

    @Override
    protected void write(BlockRow block) throws IOException {
        RowJson.block(json, block);
    }

    @Override
    public void finish() throws IOException {
        json.endArray().endObject();
        to.append('\n');
    }
}
