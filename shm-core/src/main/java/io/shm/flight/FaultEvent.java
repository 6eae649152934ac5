package io.shm.flight;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

@Name("io.shm.Fault")
@Label("Fault")
@Description("What was proven to be wrong since the last period")
@Category("Shared Memory")
@Period("1 s")
@StackTrace(false)
final class FaultEvent extends Event {
    @Label("Region")
    String region;

    @Label("Kind")
    String kind;

    @Label("Times Since")
    long count;

    @Label("Offset")
    long offset;

    @Label("Size")
    @DataAmount
    long size;

    @Label("Site")
    String site;

    @Label("Allocated At")
    String allocatedAt;

    @Label("Process Id")
    int pid;
}
