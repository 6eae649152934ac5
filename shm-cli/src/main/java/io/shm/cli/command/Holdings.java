package io.shm.cli.command;

import io.shm.cli.render.Json;
import io.shm.cli.render.ParsedJson;
import io.shm.cli.render.RowJson;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.SiteInfo;
import io.shm.inspect.SiteRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What each line of code held at one time: in a region now, in a copy, or in the file of a baseline.
 *
 * @param id of the region
 */
record Holdings(String region, String id, Instant at, Map<SiteInfo, Held> sites) {
    private static final String SCHEMA = "shm.baseline/1";
    private static final Held NOTHING = new Held(0, 0);
    /** A baseline has some hundred bytes a site, and a region a million sites at most. */
    private static final long LARGEST_FILE = 1L << 30;

    /** Blocks in use, and their requested bytes. */
    record Held(long blocks, long bytes) {
        Held plus(Held other) {
            return new Held(blocks + other.blocks, bytes + other.bytes);
        }
    }

    Held of(SiteInfo site) {
        return sites.getOrDefault(site, NOTHING);
    }

    long blocks() {
        return sites.values().stream().mapToLong(Held::blocks).sum();
    }

    long bytes() {
        return sites.values().stream().mapToLong(Held::bytes).sum();
    }

    static Holdings of(String region, Inspector inspector) {
        Picture picture = inspector.picture();
        Map<SiteInfo, Held> sites = new LinkedHashMap<>();
        for (SiteRow row : picture.sites()) {
            if (row.blocks() != 0) {
                sites.merge(row.site(), new Held(row.blocks(), row.bytes()), Held::plus);
            }
        }
        return new Holdings(region, picture.identity().regionId(), Instant.now(), sites);
    }

    /** Of a baseline's file, or of whatever else is a region. */
    static Holdings read(String reference) throws IOException {
        Path file = fileOf(reference);
        if (file != null && startsLikeJson(file)) {
            return ofFile(file);
        }
        try (Inspector inspector = Regions.open(reference)) {
            return of(reference, inspector);
        }
    }

    /** A name without a slash is a region's before it is a file's. */
    private static Path fileOf(String reference) {
        try {
            Path file = Path.of(reference);
            return Files.isRegularFile(file) ? file : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static boolean startsLikeJson(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.read() == '{';
        }
    }

    /** @throws UsageException if the file is no baseline, such as a copy of a region */
    static Holdings ofBaseline(Path file) throws IOException {
        if (!startsLikeJson(file)) {
            throw new UsageException(file + " is no baseline; \"shm baseline\" makes one");
        }
        return ofFile(file);
    }

    private static Holdings ofFile(Path file) throws IOException {
        if (Files.size(file) > LARGEST_FILE) {
            throw new UsageException(file + " is too large for a baseline");
        }
        try {
            ParsedJson json = ParsedJson.of(Files.readString(file));
            if (!json.text("schema").equals(SCHEMA)) {
                throw new UsageException(file + " is no baseline: its schema is " + json.text("schema"));
            }
            Map<SiteInfo, Held> sites = new LinkedHashMap<>();
            for (ParsedJson row : json.objects("sites")) {
                sites.merge(site(row.object("site")), new Held(row.number("blocks"), row.number("bytes")), Held::plus);
            }
            return new Holdings(json.text("region"), json.text("id"), Instant.parse(json.text("taken")), sites);
        } catch (IllegalArgumentException | DateTimeException | java.nio.charset.CharacterCodingException e) {
            throw new UsageException(file + " is no baseline: " + e.getMessage(), e);
        }
    }

    private static SiteInfo site(ParsedJson json) {
        return json == null
                ? SiteInfo.UNKNOWN
                : new SiteInfo(json.text("class"), json.text("method"), json.text("file"), (int) json.number("line"));
    }

    void write(Session session) throws IOException {
        Json json = session.startJson("baseline")
                .field("region", region)
                .field("id", id)
                .field("taken", at)
                .field("blocks", blocks())
                .field("bytes", bytes());
        json.key("sites").array();
        for (Map.Entry<SiteInfo, Held> entry : sites.entrySet()) {
            json.object();
            RowJson.site(json.key("site"), entry.getKey());
            json.field("blocks", entry.getValue().blocks())
                    .field("bytes", entry.getValue().bytes())
                    .endObject();
        }
        json.endArray();
        session.endJson(json);
    }
}
