package io.shm.cli.command;

import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.RowJson;
import io.shm.cli.render.SiteShape;
import io.shm.inspect.Accounts;
import io.shm.inspect.ChannelRow;
import io.shm.inspect.Identity;
import io.shm.inspect.Picture;
import io.shm.inspect.PoolRow;
import io.shm.inspect.ProcessRow;
import io.shm.inspect.RequestsRow;
import io.shm.inspect.SiteRow;
import io.shm.inspect.SubscriptionRow;
import io.shm.inspect.TagRow;
import java.io.IOException;

/** The picture of a region as one JSON object. */
final class PictureJson {
    private PictureJson() {}

    static void write(Session session, Picture picture, Traffic traffic, int limit) throws IOException {
        Json json = session.startJson("inspect");
        fields(json, picture, limit);
        json.key("channels").array();
        for (ChannelRow row : traffic.channels()) {
            RowJson.channel(json, row);
        }
        json.endArray().key("requests").array();
        for (RequestsRow row : traffic.requests()) {
            RowJson.requests(json, row);
        }
        json.endArray().key("subscriptions").array();
        for (SubscriptionRow row : traffic.subscriptions()) {
            RowJson.subscription(json, row);
        }
        json.endArray();
        session.endJson(json);
    }

    /** The same inside another object. */
    static void fields(Json json, Picture picture, int limit) throws IOException {
        identity(json, picture.identity());
        accounts(json, picture.accounts());
        json.key("processes").array();
        for (ProcessRow row : picture.processes()) {
            RowJson.processRow(json, row);
        }
        json.endArray().key("pools").array();
        for (PoolRow row : picture.pools()) {
            RowJson.pool(json, row);
        }
        json.endArray().key("tags").array();
        for (TagRow row : picture.tags()) {
            RowJson.tag(json, row);
        }
        json.endArray().key("sites").array();
        Listing<SiteRow> sites = new Listing<>(
                SitesCommand.order(new Ranking(), new SiteShape()), limit, row -> RowJson.siteRow(json, row));
        picture.sites().forEach(sites);
        sites.finish();
        json.endArray()
                .field("siteCount", sites.count())
                .field("blocks", picture.blocks())
                .field("faults", picture.faults())
                .field("moved", picture.moved())
                .field("damaged", picture.damaged())
                .field("largestFree", picture.largestFree());
    }

    private static void identity(Json json, Identity identity) throws IOException {
        json.field("region", identity.reference())
                .field("path", identity.path())
                .field("id", identity.regionId())
                .field("format", identity.format())
                .field("size", identity.size())
                .field("mapped", identity.mapped())
                .field("maximum", identity.maximum())
                .field("kind", identity.kind())
                .field("mode", Numbers.mode(identity.mode()))
                .field("policy", identity.policy())
                .field("level", identity.level())
                .field("copy", identity.copy())
                .field("created", identity.createdAt());
        RowJson.process(json.key("creator"), identity.creator());
    }

    private static void accounts(Json json, Accounts accounts) throws IOException {
        json.key("accounts").object();
        for (Account account : Account.of(accounts)) {
            json.field(account.name(), account.bytes());
        }
        json.field("total", accounts.total()).endObject();
    }
}
