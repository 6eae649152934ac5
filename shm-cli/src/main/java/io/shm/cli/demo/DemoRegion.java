package io.shm.cli.demo;

import io.shm.Region;
import io.shm.RegionOptions;

/** The region of a demo, which keeps what its processes leave; it goes at the end, Ctrl-C included, unless it is to be kept. */
final class DemoRegion implements AutoCloseable {
    private final Region region;
    private final Leftover leftover;

    private DemoRegion(Region region, boolean goes) {
        this.region = region;
        this.leftover = Leftover.of(goes ? region.reference() : null);
    }

    /** @param keptName the name to leave the region under; null to leave nothing */
    static DemoRegion make(String keptName, long bytes, String processName) {
        String name = keptName != null
                ? keptName
                : "shm-demo-" + ProcessHandle.current().pid();
        Region region = Region.create(RegionOptions.named(name)
                .size(bytes)
                .policy(RegionOptions.Policy.KEEP)
                .processName(processName));
        return new DemoRegion(region, keptName == null);
    }

    Region region() {
        return region;
    }

    String reference() {
        return region.reference();
    }

    @Override
    public void close() {
        try {
            leftover.remove();
        } finally {
            region.close();
        }
    }
}
