package io.shm.cli.command;

import io.shm.cli.demo.Bug;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "queue",
        header = "A block is queued for release only if a condition holds; the other branch forgets it.",
        description = {
            "A process allocates 100 blocks of 64 bytes; 90 go into a queue, and are freed from there. The 10 others are",
            "recorded nowhere: once the process has left, nobody can free them. Found: 10 blocks, 640 bytes, one line.",
            "Exit 1, as there are findings. Afterwards the region is gone."
        })
public final class QueueDemoCommand extends BugCommand {
    public QueueDemoCommand() {
        super(Bug.QUEUE);
    }

    @Override
    String told(Map<String, Long> figures) {
        return figures.get("calls") + " calls, " + figures.get("refused") + " refused; " + figures.get("freed")
                + " blocks freed from the queue";
    }
}
