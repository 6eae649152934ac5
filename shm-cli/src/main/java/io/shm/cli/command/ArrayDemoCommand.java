package io.shm.cli.command;

import io.shm.cli.demo.Bug;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "array",
        header = "An exception comes between a store and the counter; the next call overwrites the element.",
        description = {
            "50 calls of sendMem[memNum] = block; memNum++ with 7 exceptions in between: 7 elements are overwritten. Found: 7",
            "blocks, 896 bytes. Then 101 blocks for an array of 100 that reserves and publishes in one step: one is refused.",
            "Exit 1, as there are findings. Afterwards the region is gone."
        })
public final class ArrayDemoCommand extends BugCommand {
    public ArrayDemoCommand() {
        super(Bug.ARRAY);
    }

    @Override
    String told(Map<String, Long> figures) {
        return figures.get("calls") + " calls, " + figures.get("exceptions") + " exceptions, memNum "
                + figures.get("memNum") + "; " + figures.get("overwritten") + " elements overwritten; "
                + figures.get("appended") + " appended, " + figures.get("refused") + " refused";
    }
}
