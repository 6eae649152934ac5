package io.shm.flight;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

@Name("io.shm.TagUsage")
@Label("Tag Usage")
@Description("What the blocks of a tag hold")
@Category("Shared Memory")
@Period("1 s")
@StackTrace(false)
final class TagEvent extends Event {
    @Label("Region")
    String region;

    @Label("Tag")
    String tag;

    @Label("Blocks")
    long blocks;

    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Budget")
    @DataAmount
    long budget;

    @Label("Refusals")
    long refusals;
}
