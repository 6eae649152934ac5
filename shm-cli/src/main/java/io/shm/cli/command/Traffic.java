package io.shm.cli.command;

import io.shm.inspect.ChannelRow;
import io.shm.inspect.RequestsRow;
import java.util.List;

/** What processes pass to each other. */
record Traffic(List<ChannelRow> channels, List<RequestsRow> requests) {
    static final Traffic NONE = new Traffic(List.of(), List.of());
}
