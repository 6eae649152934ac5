package io.shm.cli.command;

import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Shape;
import io.shm.cli.render.Table;
import io.shm.inspect.Inspector;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A verb that lists the rows of a region that are of one kind: a table with its sum, or an array of JSON objects. */
abstract class RowsVerb extends Verb {
    @Parameters(paramLabel = "REGION", description = Regions.REFERENCE)
    String region;

    @Mixin
    Ranking ranking;

    /** A row as a JSON object. */
    @FunctionalInterface
    interface JsonRow<T> {
        void write(Json json, T row) throws IOException;
    }

    /**
     * What a kind of rows is called and looks like.
     *
     * @param key of the array in JSON
     * @param noun for one of them
     */
    record Kind<T>(String key, String noun, Shape<T> shape, JsonRow<T> json) {}

    /** How the rows are found; an interrupt ends that. */
    @FunctionalInterface
    interface Finder<T> {
        List<T> find(Inspector inspector) throws InterruptedException;
    }

    @Override
    public final boolean canWatch() {
        return true;
    }

    @Override
    public final boolean hasColumns() {
        return true;
    }

    /** @param verb whose name the JSON's schema has */
    final <T> int list(Session session, String verb, Kind<T> kind, Finder<T> finder)
            throws IOException, InterruptedException {
        try (Inspector inspector = Regions.open(region)) {
            // A mistyped column is told before anything else is done.
            session.table(kind.shape());
            ranking.order(kind.shape());
            List<T> rows = finder.find(inspector);
            if (session.json()) {
                Json json = session.startJson(verb).field("region", region);
                json.key(kind.key()).array();
                ranked(kind, rows, row -> kind.json().write(json, row));
                json.endArray().field("count", rows.size());
                session.endJson(json);
            } else {
                Table<T> table = session.asOfNow().table(kind.shape());
                ranked(kind, rows, table::add);
                table.finish();
                session.sum(Numbers.counted(rows.size(), kind.noun()));
            }
            return FINE;
        }
    }

    private <T> void ranked(Kind<T> kind, List<T> rows, Listing.Sink<T> sink) {
        Listing<T> listing = new Listing<>(ranking.order(kind.shape()), ranking.limit(Integer.MAX_VALUE), sink);
        rows.forEach(listing);
        listing.finish();
    }
}
