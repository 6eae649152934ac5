package io.shm.cli;

import io.shm.Region;
import io.shm.RegionOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test of verbs on a region that this JVM uses: each has one of its own, in a folder of its own. */
public abstract class OnARegion {
    @TempDir
    protected Path folder;

    protected Region region;
    protected String path;

    @BeforeEach
    protected final void makeRegion() {
        path = folder.resolve("orders").toString();
        region = Region.create(options(RegionOptions.named(path).size(8 << 20).processName("order-gw")));
    }

    /** What is different about the region of this test. */
    protected RegionOptions options(RegionOptions usual) {
        return usual;
    }

    @AfterEach
    protected final void removeRegion() {
        region.close();
        Region.remove(path, true);
    }
}
