package io.shm.cli.command;

import io.shm.cli.render.CallShape;
import io.shm.cli.render.RequestsFlow;
import io.shm.cli.render.RequestsShape;
import io.shm.cli.render.RowJson;
import io.shm.inspect.CallRow;
import io.shm.inspect.Inspector;
import io.shm.inspect.RequestsRow;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "requests",
        header = "The requests of a region and their calls: how many wait, who serves, what became of them.",
        description = {
            "ASKED calls wait for a server, TAKEN ones are with a server, the oldest since OLDEST. ENDED are all that are over",
            "since the table was made, and /S of them in a second. DIED are those whose server died, GIVEN-UP those whose time",
            "was over.",
            "",
            "  shm requests orders --watch",
            "  shm requests orders --calls --limit 20"
        })
public final class RequestsCommand extends RatesVerb {
    private static final Kind<CallRow> CALLS = new Kind<>("calls", "call", new CallShape(), RowJson::call);

    @Option(
            names = "--calls",
            description = "The calls that are under way, instead: the one first that has been longest.")
    boolean calls;

    private final TwoLooks<RequestsRow> looks = new TwoLooks<>(Inspector::requests, RequestsRow::offset);

    @Override
    public int run(Session session) throws IOException, InterruptedException {
        Duration time = every();
        if (calls) {
            return list(session, "requests", CALLS, Inspector::calls);
        }
        Kind<RequestsFlow> kind =
                new Kind<>("requests", "request table", new RequestsShape(columns(session)), RowJson::requestsFlow);
        return list(session, "requests", kind, inspector -> looks.rows(inspector, time, RequestsFlow::between));
    }
}
