package io.shm.flight;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

@Name("io.shm.Allocation")
@Label("Block Allocation")
@Description("A block was allocated by this process")
final class AllocationEvent extends BlockEvent {}
