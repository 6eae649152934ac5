package io.shm.cli.command;

import picocli.CommandLine.Command;

@Command(
        name = "demo",
        header = "Real processes on real shared memory, to look at.",
        description = "A demo makes its own memory and leaves nothing behind.",
        subcommands = {
            AlphabetCommand.class,
            LeakDemoCommand.class,
            DoubleFreeDemoCommand.class,
            RaceDemoCommand.class,
            ArrayDemoCommand.class,
            QueueDemoCommand.class,
            OverrunDemoCommand.class,
            CrashCommand.class
        })
public final class DemoCommand {}
