package io.shm.cli.command;

import io.shm.cli.demo.Mistake;
import picocli.CommandLine.Command;

@Command(
        name = "double-free",
        header = "A process frees a block twice.",
        description = {
            "As the leak, and the fourth block is freed again. Found: the leak, and a double free with all three lines.",
            "Exit 1, as there are findings. Afterwards the region is gone."
        })
public final class DoubleFreeDemoCommand extends MistakeCommand {
    public DoubleFreeDemoCommand() {
        super(Mistake.DOUBLE_FREE);
    }
}
