package io.shm.cli.command;

import io.shm.cli.demo.Mistake;
import picocli.CommandLine.Command;

@Command(
        name = "leak",
        header = "A process forgets to free one block of four.",
        description = {
            "It allocates 10, 20, 30 and 40 bytes and frees 1, 2 and 4. Found: one leak of 30 bytes, with its line.",
            "Exit 1, as there are findings. Afterwards the region is gone."
        })
public final class LeakDemoCommand extends MistakeCommand {
    public LeakDemoCommand() {
        super(Mistake.LEAK);
    }
}
