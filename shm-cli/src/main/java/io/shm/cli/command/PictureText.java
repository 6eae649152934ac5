package io.shm.cli.command;

import io.shm.cli.render.ChannelFlow;
import io.shm.cli.render.ChannelShape;
import io.shm.cli.render.Column;
import io.shm.cli.render.Column.Kind;
import io.shm.cli.render.Look;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Owners;
import io.shm.cli.render.Paint;
import io.shm.cli.render.PoolShape;
import io.shm.cli.render.ProcessShape;
import io.shm.cli.render.RequestsFlow;
import io.shm.cli.render.RequestsShape;
import io.shm.cli.render.Shape;
import io.shm.cli.render.SiteShape;
import io.shm.cli.render.SubscriptionShape;
import io.shm.cli.render.Table;
import io.shm.cli.render.TagShape;
import io.shm.cli.render.Text;
import io.shm.inspect.Accounts;
import io.shm.inspect.Identity;
import io.shm.inspect.Picture;
import io.shm.inspect.SiteRow;
import java.io.IOException;
import java.util.List;

/** The picture of a region for people. */
final class PictureText {
    private static final String INDENT = "  ";

    private final Session session;
    private final Look look;
    private final Picture picture;
    private final Traffic traffic;
    private final int limit;

    PictureText(Session session, Picture picture, Traffic traffic, int limit) {
        this.session = session;
        this.look = session.look();
        this.picture = picture;
        this.traffic = traffic;
        this.limit = limit;
    }

    void write() throws IOException {
        identity(picture.identity());
        accounts(picture.accounts());
        section("processes", picture.processes(), new ProcessShape());
        if (!traffic.channels().isEmpty()) {
            section(
                    "channels",
                    traffic.channels().stream().map(ChannelFlow::still).toList(),
                    ChannelShape.still());
        }
        if (!traffic.requests().isEmpty()) {
            section(
                    "requests",
                    traffic.requests().stream().map(RequestsFlow::still).toList(),
                    RequestsShape.still());
        }
        if (!traffic.subscriptions().isEmpty()) {
            section("broadcasts", traffic.subscriptions(), new SubscriptionShape());
        }
        section("pools", picture.pools(), new PoolShape());
        section("tags", picture.tags(), new TagShape());
        sites();
        state();
    }

    private void identity(Identity is) throws IOException {
        String size = is.size() == is.mapped()
                ? Numbers.sizeInWords(is.size())
                : Numbers.sizeInWords(is.size()) + " (" + Numbers.sizeInWords(is.mapped()) + " mapped)";
        session.line(look.paint(Paint.HEAD, Text.safe(is.reference())) + ": " + is.kind() + ", " + size
                + IdentityText.growth(is) + ", mode "
                + Numbers.mode(is.mode()) + ", policy " + is.policy() + ", level " + is.level());
        session.line(INDENT + Text.safe(is.path()) + ", format " + is.format() + ", id " + is.regionId());
        session.line(INDENT + "made " + look.age(is.createdAt()) + " ago by " + Owners.named(is.creator()));
        if (is.copy()) {
            session.line(INDENT + look.paint(Paint.WARN, "a copy: who is alive is not known"));
        }
    }

    /** In exact bytes whatever the size, so that the column can be added up. */
    private void accounts(Accounts accounts) throws IOException {
        long total = accounts.total();
        session.line("");
        Table<Account> table = table(
                new Shape<Account>(List.of(
                        Column.shown("account", Kind.TEXT),
                        Column.shown("bytes", Kind.COUNT),
                        Column.shown("share", Kind.FIGURE),
                        Column.shown("meaning", Kind.TEXT))) {
                    @Override
                    public Object value(Account row, String key) {
                        return switch (key) {
                            case "account" -> row.name();
                            case "bytes" -> row.bytes();
                            case "share" -> Numbers.percent(row.bytes(), total);
                            default -> row.meaning();
                        };
                    }
                });
        for (Account account : Account.of(accounts)) {
            if (account.bytes() != 0
                    || (!account.name().equals("quarantined") && !account.name().equals("building"))) {
                table.add(account);
            }
        }
        table.add(new Account("total", total, total == picture.identity().mapped() ? "the mapped size" : ""));
        table.finish();
    }

    private <T> void section(String title, List<T> rows, Shape<T> shape) throws IOException {
        session.line("");
        if (rows.isEmpty()) {
            session.line("no " + title);
            return;
        }
        session.line(title);
        Table<T> table = table(shape);
        for (T row : rows) {
            table.add(row);
        }
        table.finish();
    }

    private void sites() throws IOException {
        session.line("");
        SiteShape shape = new SiteShape();
        Table<SiteRow> table = table(shape);
        Listing<SiteRow> rows = new Listing<>(SitesCommand.order(new Ranking(), shape), limit, table::add);
        picture.sites().forEach(rows);
        if (rows.count() == 0) {
            session.line("no sites");
            return;
        }
        session.line(
                rows.shown() < rows.count()
                        ? "sites, the top " + Numbers.grouped(rows.shown()) + " of " + Numbers.grouped(rows.count())
                        : "sites");
        rows.finish();
        table.finish();
    }

    private void state() throws IOException {
        session.line("");
        StringBuilder line = new StringBuilder();
        line.append(Numbers.counted(picture.blocks(), "block"))
                .append(", largest free run ")
                .append(Numbers.sizeInWords(picture.largestFree()))
                .append(", ")
                .append(look.paint(picture.faults() > 0 ? Paint.BAD : Paint.PLAIN, faults()));
        if (picture.damaged() > 0) {
            line.append(", ").append(look.paint(Paint.BAD, Numbers.counted(picture.damaged(), "damaged record")));
        }
        if (picture.moved() > 0) {
            line.append(", ").append(Numbers.counted(picture.moved(), "record")).append(" changed meanwhile");
        }
        session.line(line.toString());
    }

    private String faults() {
        return picture.faults() == 0 ? "no faults" : Numbers.counted(picture.faults(), "fault");
    }

    private <T> Table<T> table(Shape<T> shape) {
        return new Table<>(session.out(), look, shape, Table.shown(shape), INDENT);
    }
}
