package io.shm.flight;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;

/** Something that was done to one block. As there are many, a recording must ask for them. */
@Category("Shared Memory")
@Enabled(false)
abstract class BlockEvent extends Event {
    @Label("Region")
    String region;

    @Label("Size")
    @DataAmount
    long size;

    @Label("Tag")
    String tag;

    @Label("Site")
    String site;

    @Label("Offset")
    long offset;

    @Label("Handle")
    long handle;

    final void tell(String name, io.shm.heap.Event block) {
        if (shouldCommit()) {
            region = name;
            size = block.size();
            tag = block.tag();
            site = block.site().toString();
            offset = block.offset();
            handle = block.handle();
            commit();
        }
    }
}
