package io.shm.flight;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

@Name("io.shm.Free")
@Label("Block Free")
@Description("A block was freed by this process")
final class FreeEvent extends BlockEvent {}
