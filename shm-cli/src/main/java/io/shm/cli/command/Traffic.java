package io.shm.cli.command;

import io.shm.inspect.ChannelRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.RequestsRow;
import io.shm.inspect.SubscriptionRow;
import java.util.List;

/** What processes pass to each other. */
record Traffic(List<ChannelRow> channels, List<RequestsRow> requests, List<SubscriptionRow> subscriptions) {
    static final Traffic NONE = new Traffic(List.of(), List.of(), List.of());

    static Traffic of(Inspector inspector) {
        return new Traffic(inspector.channels(), inspector.requests(), inspector.subscriptions());
    }
}
