package io.shm.cli.render;

import io.shm.inspect.FaultRow;
import io.shm.inspect.TraceInfo;
import java.io.IOException;
import java.util.HexFormat;

/** Faults as JSON objects. The keys are what users' scripts rely on: only ever add to them. */
public final class FaultJson {
    private FaultJson() {}

    public static void write(Json json, FaultRow fault) throws IOException {
        json.object()
                .field("kind", fault.kind())
                .field("count", fault.count())
                .field("first", fault.first())
                .field("last", fault.last())
                .field("offset", fault.offset())
                .field("size", fault.size())
                .field("tag", fault.tag())
                .field("handle", fault.handle())
                .field("generation", fault.generation());
        RowJson.site(json.key("site"), fault.site());
        trace(json.key("allocated"), fault.allocated());
        boolean overwritten = fault.kind().equals("overwritten-ref");
        trace(json.key("freed"), overwritten ? null : fault.other());
        trace(json.key("overwriter"), overwritten ? fault.other() : null);
        json.key("lost");
        if (overwritten) {
            json.object().field("offset", fault.offset()).field("size", fault.size());
            trace(json.key("allocated"), fault.allocated());
            json.endObject();
        } else {
            json.value((String) null);
        }
        trace(json.key("by"), fault.by());
        json.key("other");
        if (fault.secondOffset() == 0) {
            json.value((String) null);
        } else {
            json.object().field("offset", fault.secondOffset()).field("size", fault.secondSize());
            trace(json.key("allocated"), fault.secondAllocated());
            json.endObject();
        }
        json.field("cell", fault.cell())
                .field("blocks", fault.blocks())
                .field("bytes", fault.bytes())
                .field("expected", fault.expected())
                .field("observed", fault.observed());
        json.key("found");
        if (fault.found().length == 0) {
            json.value((String) null);
        } else {
            json.object()
                    .field("offset", fault.foundAt())
                    .field("hex", HexFormat.of().formatHex(fault.found()))
                    .endObject();
        }
        json.endObject();
    }

    private static void trace(Json json, TraceInfo trace) throws IOException {
        if (trace == null) {
            json.value((String) null);
            return;
        }
        json.object();
        RowJson.site(json.key("site"), trace.site());
        json.field("pid", trace.process().pid()).field("time", trace.time());
        RowJson.process(json.key("process"), trace.process());
        json.field("action", trace.action().isEmpty() ? null : trace.action()).endObject();
    }
}
