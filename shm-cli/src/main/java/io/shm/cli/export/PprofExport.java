package io.shm.cli.export;

import io.shm.cli.render.Text;
import io.shm.inspect.BlockRow;
import io.shm.inspect.ProcessInfo;
import io.shm.inspect.SiteInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * A heap profile for pprof: {@code profile.proto}, compressed. The values of a sample are blocks and bytes in use; its
 * labels are {@code tag}, {@code state}, {@code process} and {@code pid}.
 *
 * <p>Source of the format: proto/profile.proto of github.com/google/pprof; the field numbers are in the constants.
 */
public final class PprofExport extends BlockExport {
    private static final int SAMPLE_TYPE = 1;
    private static final int SAMPLE = 2;
    private static final int LOCATION = 4;
    private static final int FUNCTION = 5;
    private static final int STRING_TABLE = 6;
    private static final int TIME_NANOS = 9;
    private static final int COMMENT = 13;
    private static final int DEFAULT_SAMPLE_TYPE = 14;

    private record Key(List<SiteInfo> frames, String tag, String state, String process, int pid) {}

    private final OutputStream to;
    private final String region;
    private final Instant at;
    private final Map<Key, long[]> samples = new LinkedHashMap<>();

    private final Map<String, Long> strings = new LinkedHashMap<>();
    private final Map<SiteInfo, Long> locations = new LinkedHashMap<>();
    private final Map<String, Long> functions = new LinkedHashMap<>();
    private final ProtobufWriter profile = new ProtobufWriter();

    public PprofExport(OutputStream to, String region, Instant at) {
        this.to = to;
        this.region = region;
        this.at = at;
        string("");
    }

    @Override
    protected void write(BlockRow block) {
        ProcessInfo process = block.owner() != null ? block.owner() : block.allocatedBy();
        Key key = new Key(
                Frames.of(block),
                block.tag(),
                block.state(),
                process == null ? "" : process.name(),
                process == null ? 0 : process.pid());
        long[] sums = samples.computeIfAbsent(key, k -> new long[2]);
        sums[0]++;
        sums[1] += block.size();
    }

    @Override
    public void finish() throws IOException {
        type("blocks", "count");
        type("bytes", "bytes");
        samples.forEach(this::sample);
        profile.number(TIME_NANOS, at.getEpochSecond() * 1_000_000_000L + at.getNano());
        profile.number(COMMENT, string("blocks in use of the shared memory region " + region));
        profile.number(DEFAULT_SAMPLE_TYPE, string("bytes"));
        // Last, as everything before may add to it.
        strings.keySet().forEach(text -> profile.text(STRING_TABLE, text));
        try (GZIPOutputStream compressed = new GZIPOutputStream(to)) {
            compressed.write(profile.toByteArray());
        }
    }

    private void type(String type, String unit) {
        profile.message(
                SAMPLE_TYPE, new ProtobufWriter().number(1, string(type)).number(2, string(unit)));
    }

    private void sample(Key key, long[] sums) {
        List<Long> stack = new ArrayList<>();
        key.frames().forEach(frame -> stack.add(location(frame)));
        ProtobufWriter sample = new ProtobufWriter().packed(1, stack).packed(2, List.of(sums[0], sums[1]));
        label(sample, "tag", key.tag());
        label(sample, "state", key.state());
        label(sample, "process", key.process());
        if (key.pid() != 0) {
            sample.message(3, new ProtobufWriter().number(1, string("pid")).number(3, key.pid()));
        }
        profile.message(SAMPLE, sample);
    }

    private void label(ProtobufWriter sample, String name, String value) {
        if (!value.isEmpty()) {
            sample.message(3, new ProtobufWriter().number(1, string(name)).number(2, string(value)));
        }
    }

    private long location(SiteInfo frame) {
        Long known = locations.get(frame);
        if (known != null) {
            return known;
        }
        long id = locations.size() + 1L;
        locations.put(frame, id);
        ProtobufWriter line = new ProtobufWriter().number(1, function(frame)).number(2, frame.line());
        profile.message(LOCATION, new ProtobufWriter().number(1, id).message(4, line));
        return id;
    }

    private long function(SiteInfo frame) {
        String name = Frames.function(frame);
        String file = Text.safe(frame.file());
        Long known = functions.get(name + '\n' + file);
        if (known != null) {
            return known;
        }
        long id = functions.size() + 1L;
        functions.put(name + '\n' + file, id);
        profile.message(
                FUNCTION,
                new ProtobufWriter()
                        .number(1, id)
                        .number(2, string(name))
                        .number(3, string(name))
                        .number(4, string(file)));
        return id;
    }

    private long string(String any) {
        String text = Text.safe(any);
        return strings.computeIfAbsent(text, t -> (long) strings.size());
    }
}
