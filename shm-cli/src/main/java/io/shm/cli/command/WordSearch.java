package io.shm.cli.command;

import picocli.CommandLine.Option;

/** How much of the blocks is searched for words that look like a leaked one's handle, or like a place in it. */
final class WordSearch {
    @Option(
            names = "--search",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            defaultValue = "1g",
            description =
                    "Search so many bytes of blocks for what may lead to a leaked one (${DEFAULT-VALUE}); 0 for none.")
    long bytes;
}
