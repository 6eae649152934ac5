package io.shm.cli.command;

import io.shm.cli.render.RowJson;
import io.shm.cli.render.SubscriptionShape;
import io.shm.inspect.Inspector;
import io.shm.inspect.SubscriptionRow;
import java.io.IOException;
import picocli.CommandLine.Command;

@Command(
        name = "broadcasts",
        header = "The broadcasts of a region and who subscribes: how far behind, and what was missed.",
        description = {
            "A line for each subscription, the one first that is furthest behind. LAG is how many messages it has not seen yet,",
            "at most what the broadcast holds; MISSED those that it was too slow for. A broadcast that nobody subscribes to has",
            "a line without a subscriber.",
            "",
            "  shm broadcasts orders --watch"
        })
public final class BroadcastsCommand extends RowsVerb {
    private static final Kind<SubscriptionRow> SUBSCRIPTIONS =
            new Kind<>("subscriptions", "line", new SubscriptionShape(), RowJson::subscription);

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        return list(session, "broadcasts", SUBSCRIPTIONS, Inspector::subscriptions);
    }
}
