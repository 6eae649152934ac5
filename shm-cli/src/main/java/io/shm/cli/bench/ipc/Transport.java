package io.shm.cli.bench.ipc;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** A way for two processes to send each other messages. */
public interface Transport {
    /** In tables: a few words. */
    String title();

    /** Whether messages of this size can be sent; it then works for any number of them. */
    boolean carries(int size);

    /** What can be measured of it; of most all. */
    default Set<Measurement> measurements() {
        return EnumSet.allOf(Measurement.class);
    }

    /** Opens one end; both are opened at the same time. */
    Link open(End end) throws IOException;
}
