package io.shm.flight;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

@Name("io.shm.SiteUsage")
@Label("Site Usage")
@Description("What a line of code holds")
@Category("Shared Memory")
@Period("1 s")
@StackTrace(false)
final class SiteEvent extends Event {
    @Label("Region")
    String region;

    @Label("Site")
    String site;

    @Label("Blocks")
    long blocks;

    @Label("Bytes")
    @DataAmount
    long bytes;
}
