package io.shm.cli.render;

import io.shm.inspect.BlockRow;
import io.shm.inspect.CallRow;
import io.shm.inspect.ChannelRow;
import io.shm.inspect.FindingRow;
import io.shm.inspect.PoolRow;
import io.shm.inspect.ProcessInfo;
import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.inspect.ProcessRow;
import io.shm.inspect.RegionSummary;
import io.shm.inspect.RequestsRow;
import io.shm.inspect.SiteInfo;
import io.shm.inspect.SiteRow;
import io.shm.inspect.SubscriptionRow;
import io.shm.inspect.TagRow;
import io.shm.inspect.Totals;
import java.io.IOException;

/** The inspector's records as JSON objects. The keys are what users' scripts rely on: only ever add to them. */
public final class RowJson {
    private RowJson() {}

    public static void block(Json json, BlockRow block) throws IOException {
        json.object()
                .field("offset", block.offset())
                .field("handle", block.handle())
                .field("slab", block.slab())
                .field("index", block.index())
                .field("state", block.state())
                .field("size", block.size())
                .field("realSize", block.realSize())
                .field("alignment", block.alignment())
                .field("tag", block.tag())
                .field("secret", block.secret())
                .field("pinned", block.pinned())
                .field("generation", block.generation())
                .field("thread", block.thread())
                .field("since", block.since());
        process(json.key("owner"), block.owner());
        process(json.key("allocatedBy"), block.allocatedBy());
        site(json.key("site"), block.site());
        json.field("change", block.change()).field("changed", block.changed());
        process(json.key("changedBy"), block.changedBy());
        site(json.key("changedAt"), block.changedAt());
        json.field("moved", block.moved()).key("stack").array();
        for (SiteInfo frame : block.stack()) {
            site(json, frame);
        }
        json.endArray()
                .field("cell", block.cell())
                .field("heldIn", block.heldIn())
                .key("holders")
                .array();
        for (ProcessInfo holder : block.holders()) {
            process(json, holder);
        }
        json.endArray().endObject();
    }

    /** The block is null where it is about none. */
    public static void finding(Json json, FindingRow row) throws IOException {
        json.object()
                .field("rule", row.rule())
                .field("meaning", row.sentence())
                .field("place", row.place())
                .field("number", row.number())
                .field("index", row.index())
                .field("offset", row.offset())
                .field("observed", row.observed())
                .field("evidence", row.evidence())
                .field("repair", row.remedy());
        json.key("block");
        if (row.block() == null) {
            json.value((String) null);
        } else {
            block(json, row.block());
        }
        json.endObject();
    }

    public static void process(Json json, ProcessInfo process) throws IOException {
        if (process == null) {
            json.value((String) null);
            return;
        }
        json.object();
        processFields(json, process);
        json.endObject();
    }

    private static void processFields(Json json, ProcessInfo process) throws IOException {
        json.field("pid", process.pid())
                .field("state", state(process.state()))
                .field("name", process.name())
                .field("lockLost", process.state() == Liveness.LOCK_LOST)
                .field("id", process.id());
    }

    /** One that lost its lock is alive all the same; {@code lockLost} tells. */
    private static String state(Liveness state) {
        return state == Liveness.LOCK_LOST ? "alive" : Owners.state(state);
    }

    /** Null where nothing is known, and for each part that is not. */
    public static void site(Json json, SiteInfo site) throws IOException {
        if (site == null || site.className().isEmpty()) {
            json.value((String) null);
            return;
        }
        json.object()
                .field("class", site.className())
                .field("method", site.method().isEmpty() ? null : site.method())
                .field("file", site.file().isEmpty() ? null : site.file());
        if (site.line() > 0) {
            json.field("line", site.line());
        } else {
            json.field("line", (String) null);
        }
        json.endObject();
    }

    public static void processRow(Json json, ProcessRow row) throws IOException {
        json.object();
        processFields(json, row.process());
        json.field("slot", row.slot())
                .field("uid", row.process().uid())
                .field("joined", row.process().joinedAt())
                .field("startTicks", row.process().startTicks())
                .field("pidNamespace", row.process().pidNamespace())
                .field("blocks", row.blocks())
                .field("bytes", row.bytes())
                .field("slabs", row.slabs());
        totals(json, row.totals());
        json.endObject();
    }

    public static void pool(Json json, PoolRow row) throws IOException {
        json.object()
                .field("pool", row.pool())
                .field("tag", row.tag())
                .field("blockSize", row.blockSize())
                .field("capacity", row.capacity())
                .field("live", row.live())
                .field("free", row.free())
                .field("bytes", row.bytes())
                .field("slack", row.slack())
                .field("peak", row.peak())
                .field("refused", row.refused())
                .field("whenEmpty", row.whenEmpty())
                .endObject();
    }

    public static void channel(Json json, ChannelRow row) throws IOException {
        json.object();
        channelFields(json, row);
        json.endObject();
    }

    /** The same with its rates; null where they are not known. */
    public static void channelFlow(Json json, ChannelFlow flow) throws IOException {
        json.object();
        channelFields(json, flow.row());
        rate(json, "sentPerSecond", flow.sent());
        rate(json, "receivedPerSecond", flow.received());
        json.endObject();
    }

    private static void rate(Json json, String key, Double rate) throws IOException {
        if (rate == null) {
            json.field(key, (String) null);
        } else {
            json.field(key, rate.doubleValue());
        }
    }

    public static void requests(Json json, RequestsRow row) throws IOException {
        json.object();
        requestsFields(json, row);
        json.endObject();
    }

    /** The same with its rate; null where that is not known. */
    public static void requestsFlow(Json json, RequestsFlow flow) throws IOException {
        json.object();
        requestsFields(json, flow.row());
        rate(json, "endedPerSecond", flow.ended());
        json.endObject();
    }

    private static void requestsFields(Json json, RequestsRow row) throws IOException {
        json.field("name", row.name())
                .field("offset", row.offset())
                .field("capacity", row.capacity())
                .field("redelivers", row.redelivers())
                .field("asked", row.asked())
                .field("taken", row.taken())
                .field("answered", row.answered())
                .field("abandoned", row.abandoned())
                .field("oldest", row.oldest())
                .field("ended", row.ended())
                .field("died", row.died())
                .field("givenUp", row.givenUp());
        json.key("servers").array();
        for (ProcessInfo server : row.servers()) {
            process(json, server);
        }
        json.endArray();
        process(json.key("serverWaits"), row.serverWaits());
        process(json.key("requesterWaits"), row.requesterWaits());
    }

    public static void call(Json json, CallRow row) throws IOException {
        json.object()
                .field("requests", row.requests())
                .field("call", row.index())
                .field("state", row.state())
                .field("again", row.again());
        process(json.key("requester"), row.requester());
        process(json.key("server"), row.server());
        json.field("asked", row.since())
                .field("deadline", row.deadline())
                .field("block", row.block())
                .field("bytes", row.size())
                .endObject();
    }

    public static void subscription(Json json, SubscriptionRow row) throws IOException {
        json.object()
                .field("broadcast", row.broadcast())
                .field("offset", row.offset())
                .field("capacity", row.capacity())
                .field("detaches", row.detaches())
                .field("sent", row.sent());
        process(json.key("subscriber"), row.process());
        json.field("lag", row.lag())
                .field("missed", row.missed())
                .field("detached", row.detached())
                .endObject();
    }

    public static void inFlight(Json json, InFlight row) throws IOException {
        json.object().field("channel", row.channel()).field("sent", row.block().changed());
        process(json.key("sender"), row.block().changedBy());
        block(json.key("block"), row.block());
        json.endObject();
    }

    private static void channelFields(Json json, ChannelRow row) throws IOException {
        json.field("name", row.name())
                .field("offset", row.offset())
                .field("capacity", row.capacity())
                .field("redelivers", row.redelivers())
                .field("depth", row.depth())
                .field("blocks", row.blocks())
                .field("bytes", row.bytes())
                .field("oldest", row.oldest())
                .field("sent", row.sent())
                .field("received", row.received())
                .field("again", row.unfinished())
                .field("lost", row.lost())
                .field("busy", row.busy())
                .field("oneSender", row.oneSender())
                .field("oneReceiver", row.oneReceiver());
        process(json.key("sender"), row.sender());
        process(json.key("receiver"), row.receiver());
        process(json.key("receiverWaits"), row.receiverWaits());
        process(json.key("senderWaits"), row.senderWaits());
    }

    public static void siteRow(Json json, SiteRow row) throws IOException {
        json.object().field("id", row.id());
        site(json.key("site"), row.site());
        json.field("blocks", row.blocks()).field("bytes", row.bytes());
        totals(json, row.totals());
        json.endObject();
    }

    /** @param kind what the group's kind is called */
    public static void leakGroup(Json json, String kind, LeakGroup group) throws IOException {
        json.object().field(kind, group.kind()).field("blocks", group.blocks()).field("bytes", group.bytes());
        site(json.key("site"), group.site());
        json.field("tag", group.tag());
        process(json.key("owner"), group.owner());
        json.field("scope", group.scope().isEmpty() ? null : group.scope())
                .field("note", group.note().isEmpty() ? null : group.note())
                .field("oldest", group.oldest())
                .field("newest", group.newest());
        json.key("offsets").array();
        for (long offset : group.offsets()) {
            json.value(offset);
        }
        json.endArray().endObject();
    }

    public static void siteChange(Json json, SiteChange change) throws IOException {
        json.object();
        site(json.key("site"), change.site());
        json.field("blocks", change.blocks())
                .field("bytes", change.bytes())
                .field("blocksBefore", change.blocksBefore())
                .field("bytesBefore", change.bytesBefore())
                .field("blocksGrown", change.blocksGrown())
                .field("grown", change.grown())
                .field("bytesPerSecond", change.bytesPerSecond())
                .endObject();
    }

    public static void tag(Json json, TagRow row) throws IOException {
        json.object()
                .field("id", row.id())
                .field("tag", row.name())
                .field("blocks", row.blocks())
                .field("bytes", row.bytes())
                .field("budget", row.budget())
                .field("refused", row.refused());
        totals(json, row.totals());
        json.endObject();
    }

    public static void region(Json json, RegionSummary row) throws IOException {
        json.object()
                .field("name", row.name())
                .field("path", row.path())
                .field("kind", row.kind())
                .field("size", row.size())
                .field("mapped", row.mapped())
                .field("maximum", row.maximum())
                .field("mode", Numbers.mode(row.mode()))
                .field("owner", row.owner())
                .field("created", row.createdAt());
        if (row.attached() < 0) {
            json.field("attached", (String) null);
        } else {
            json.field("attached", row.attached());
        }
        json.field("orphan", row.orphan())
                .field("problem", row.problem().isEmpty() ? null : row.problem())
                .endObject();
    }

    private static void totals(Json json, Totals totals) throws IOException {
        if (totals == null) {
            return;
        }
        json.key("totals")
                .object()
                .field("allocations", totals.allocations())
                .field("frees", totals.frees())
                .field("bytesAllocated", totals.bytesAllocated())
                .field("bytesFreed", totals.bytesFreed())
                .field("peakBlocks", totals.peakBlocks())
                .field("peakBytes", totals.peakBytes())
                .field("first", totals.firstAt())
                .field("last", totals.lastAt())
                .endObject();
    }
}
