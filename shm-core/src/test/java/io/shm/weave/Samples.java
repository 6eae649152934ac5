package io.shm.weave;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.heap.Block;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import io.shm.ledger.SiteCapture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Runs a sample in a region of its own and tells what the ledger says about its blocks. */
final class Samples {
    static final String NAME = "com.acme.Sample";

    static String source() {
        try (InputStream in = Samples.class.getResourceAsStream("/weave/Sample.java.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Size and site of each block that {@code static List<Block> run(Region)} of the class returns, in their order. */
    static List<String> sites(Compiled compiled, String className, SiteCapture capture, Path folder) throws Exception {
        return told(compiled, className, capture, folder, row -> row.size() + " " + row.site());
    }

    /** Size of each block, and the line that changed it last. */
    static List<String> changes(Compiled compiled, String className, SiteCapture capture, Path folder)
            throws Exception {
        return told(compiled, className, capture, folder, row -> row.size() + " " + row.changedAt());
    }

    private static List<String> told(
            Compiled compiled, String className, SiteCapture capture, Path folder, Function<BlockRow, String> tell)
            throws Exception {
        Path path = folder.resolve("sample");
        try (Region region =
                Region.create(RegionOptions.named(path.toString()).size(4 << 20).siteCapture(capture))) {
            System.getProperties().put("sample.region", region);
            List<String> sites = new ArrayList<>();
            Map<Long, BlockRow> rows = new HashMap<>();
            List<?> blocks = run(compiled.load(className), region);
            try (Inspector inspector = Inspector.open(path.toString())) {
                inspector.blocks(any -> true, row -> rows.put(row.handle(), row));
            }
            for (Object block : blocks) {
                BlockRow row = rows.get(((Block) block).handle());
                sites.add(tell.apply(row));
            }
            return sites;
        } finally {
            System.getProperties().remove("sample.region");
            Region.remove(path.toString(), true);
        }
    }

    private static List<?> run(Class<?> type, Region region) throws Exception {
        Method run = type.getMethod("run", Region.class);
        try {
            return (List<?>) run.invoke(null, region);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private Samples() {}
}
