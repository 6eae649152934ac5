package io.shm.cli.command;

import io.shm.cli.demo.Mistake;
import picocli.CommandLine.Command;

@Command(
        name = "overrun",
        header = "A process writes one byte behind its block.",
        description = {
            "It allocates 40 bytes, writes 41 by the address, and frees them. Found: the overrun, with the byte.",
            "Exit 1, as there are findings. Afterwards the region is gone."
        })
public final class OverrunDemoCommand extends MistakeCommand {
    public OverrunDemoCommand() {
        super(Mistake.OVERRUN);
    }
}
