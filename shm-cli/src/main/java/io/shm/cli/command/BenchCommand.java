package io.shm.cli.command;

import picocli.CommandLine.Command;

@Command(
        name = "bench",
        header = "What things cost on this machine, beside a baseline.",
        subcommands = {AllocBenchCommand.class, IpcBenchCommand.class})
public final class BenchCommand {}
