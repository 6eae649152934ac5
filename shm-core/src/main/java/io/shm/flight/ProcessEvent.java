package io.shm.flight;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

@Name("io.shm.ProcessUsage")
@Label("Process Usage")
@Description("What a process of a region holds")
@Category("Shared Memory")
@Period("1 s")
@StackTrace(false)
final class ProcessEvent extends Event {
    @Label("Region")
    String region;

    @Label("Process Id")
    int pid;

    @Label("Process")
    String process;

    @Label("Blocks")
    long blocks;

    @Label("Bytes")
    @DataAmount
    long bytes;
}
