package io.shm.flight;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

@Name("io.shm.RegionUsage")
@Label("Region Usage")
@Description("What a region has in use")
@Category("Shared Memory")
@Period("1 s")
@StackTrace(false)
final class RegionEvent extends Event {
    @Label("Region")
    String region;

    @Label("Mapped")
    @DataAmount
    long mapped;

    @Label("Live")
    @DataAmount
    long live;

    @Label("Slack")
    @DataAmount
    long slack;

    @Label("Free")
    @DataAmount
    long free;

    @Label("Largest Free Run")
    @DataAmount
    long largestFree;

    @Label("Blocks")
    long blocks;

    @Label("Participants")
    int participants;

    @Label("Distinct Faults")
    long faults;
}
