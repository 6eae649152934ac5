package io.shm.cli.command;

import io.shm.cli.demo.Bug;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "race",
        header = "Two processes find nothing in a place, both allocate, and the second overwrites the first.",
        description = {
            "2,000 rounds with 50 µs between the look and the store. First with raw stores: each block that was overwritten",
            "is found, once. Then with getOrAllocate, which loses none.",
            "Exit 1, as there are findings. Afterwards the region is gone."
        })
public final class RaceDemoCommand extends BugCommand {
    public RaceDemoCommand() {
        super(Bug.RACE);
    }

    @Override
    String told(Map<String, Long> figures) {
        return "raw stores: " + figures.get("lost") + " lost in " + figures.get("rounds") + " rounds; getOrAllocate: "
                + figures.get("safeLost") + " lost in " + figures.get("safeRounds");
    }
}
