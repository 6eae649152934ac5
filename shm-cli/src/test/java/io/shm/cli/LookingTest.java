package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.RegionOptions;
import io.shm.channel.Broadcast;
import io.shm.channel.Channel;
import io.shm.channel.Requests;
import io.shm.channel.Server;
import io.shm.channel.Subscription;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The verbs that look, on a region that this JVM uses. */
class LookingTest extends OnARegion {
    private static final Site SEND = Site.of("com.acme.Send", "add", "Send.java", 41);
    private static final Site RECEIVE = Site.of("com.acme.Rx", "poll", "Rx.java", 17);
    private static final Site HOSTILE = Site.of("com.evil.A\u001b[2J", "run\n\u202e", "A.java\u0007", 1);

    private Block text;

    @Override
    protected RegionOptions options(RegionOptions usual) {
        return usual.pool("packet", 64, 1000).budget("report", 1 << 20);
    }

    @BeforeEach
    void fill() {
        for (int i = 0; i < 3; i++) {
            region.allocate(50, Tag.of("packet"), SEND);
        }
        region.allocate(1000, Tag.of("report"), RECEIVE);
        text = region.allocate(5, Tag.GENERAL, RECEIVE);
        text.putBytes(0, "hello".getBytes(StandardCharsets.US_ASCII), 0, 5);
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private String[] looks(String verb, String of, String... more) {
        String[] args = new String[2 + more.length];
        args[0] = verb;
        args[1] = of;
        System.arraycopy(more, 0, args, 2, more.length);
        return args;
    }

    private Cli look(String verb, String... more) {
        Cli cli = Cli.run(looks(verb, path, more));
        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isZero();
        return cli;
    }

    @Test
    void inspectShowsIdentityAccountsAndWhoHoldsWhat() {
        String out = look("inspect").out();

        assertThat(out)
                .startsWith(path + ": named, 8 MiB, mode 0600, policy free")
                .contains("  total ")
                .contains("the mapped size")
                .contains("order-gw")
                .containsPattern("packet +64 +1,000 +3 +997 ")
                .containsPattern("report +1 +1,000 .* 1 MiB")
                .contains("com.acme.Rx.poll(Rx.java:17)")
                .endsWith("no faults\n");
    }

    @Test
    void accountsInJsonAddUpToTheMappedSize() {
        Map<String, Object> json = look("inspect", "--json").json();

        assertThat(json)
                .containsEntry("schema", "shm.inspect/1")
                .containsEntry("size", 8L << 20)
                .containsEntry("mapped", 8L << 20)
                .containsEntry("kind", "named")
                .containsEntry("mode", "0600")
                .containsEntry("faults", 0L)
                .containsEntry("copy", false);
        Map<String, Object> accounts = Cli.object(json, "accounts");
        long sum = accounts.entrySet().stream()
                .filter(entry -> !entry.getKey().equals("total"))
                .mapToLong(entry -> (Long) entry.getValue())
                .sum();
        assertThat(accounts).containsEntry("total", 8L << 20).containsEntry("live", 1155L);
        assertThat(sum).isEqualTo(8L << 20);
        assertThat(Cli.objects(json, "processes"))
                .singleElement()
                .satisfies(process -> assertThat(process)
                        .containsEntry("name", "order-gw")
                        .containsEntry("state", "alive")
                        .containsEntry("pid", ProcessHandle.current().pid()));
        assertThat(Cli.objects(json, "pools")).hasSize(1);
        assertThat(Cli.objects(json, "sites").get(0))
                .containsEntry("bytes", 1005L)
                .containsEntry(
                        "site", Map.of("class", "com.acme.Rx", "method", "poll", "file", "Rx.java", "line", 17L));
    }

    @Test
    void inspectWithALimitSaysHowManySitesThereAre() {
        assertThat(look("inspect", "--limit", "1").out()).contains("sites, the top 1 of 2");
        assertThat(Cli.objects(look("inspect", "--limit", "1", "--json").json(), "sites"))
                .hasSize(1);
    }

    @Test
    void blocksAreOneRowEachWithASum() {
        String out = look("blocks").out();

        assertThat(out.lines()).hasSize(7);
        assertThat(out).startsWith(" OFFSET  STATE ").endsWith("5 blocks, 1,155 bytes\n");
        assertThat(look("blocks", "--no-headings").out().lines()).hasSize(5);
        assertThat(look("blocks", "-q").out().lines()).hasSize(6);
    }

    @Test
    void filtersOfBlocksAllHaveToMatch() {
        String pid = Long.toString(ProcessHandle.current().pid());

        assertThat(count("--tag", "packet")).isEqualTo(3);
        assertThat(count("--tag", "")).isEqualTo(1);
        assertThat(count("--site", "Rx\\.poll")).isEqualTo(2);
        assertThat(count("--site", "Rx", "--min-size", "1000")).isEqualTo(1);
        assertThat(count("--state", "LIVE")).isEqualTo(5);
        assertThat(count("--state", "orphan")).isZero();
        assertThat(count("--pid", pid)).isEqualTo(5);
        assertThat(count("--pid", "1")).isZero();
        assertThat(count("--older-than", "1h")).isZero();
        assertThat(look("blocks", "--pid", "1").out()).isEqualTo("no block meets the conditions\n");
    }

    private long count(String... filters) {
        String[] more = new String[filters.length + 1];
        System.arraycopy(filters, 0, more, 0, filters.length);
        more[filters.length] = "--json";
        Map<String, Object> json = look("blocks", more).json();
        assertThat(Cli.objects(json, "blocks")).hasSize(((Long) json.get("count")).intValue());
        return (Long) json.get("count");
    }

    @Test
    void freedBlocksAreForThoseWhoAskForThem() {
        region.allocate(77, Tag.GENERAL, SEND).free();

        assertThat(count("--min-size", "77", "--site", "Send")).isZero();
        assertThat(count("--state", "free", "--min-size", "77", "--site", "Send"))
                .isEqualTo(1);
    }

    @Test
    void sortedAndLimitedTheLargestComeFirst() {
        String out = look("blocks", "--sort", "bytes", "--limit", "2", "--columns", "bytes,tag", "--bytes")
                .out();

        assertThat(out).isEqualTo("""
                        BYTES  TAG
                         1000  report
                           50  packet
                        2 of 5 blocks, 1,155 bytes
                        """);
        assertThat(look("blocks", "--sort", "bytes:asc", "--limit", "1", "--columns", "bytes", "-q")
                        .out())
                .isEqualTo("BYTES\n    5\n");
    }

    @Test
    void aBlockCanBeLookedInto() {
        String at = Long.toString(text.offset() + 2);
        String out = look("blocks", "--hexdump", at).out();

        assertThat(out)
                .contains("5 bytes, room for ")
                .contains("owner      process " + ProcessHandle.current().pid() + " order-gw")
                .contains("com.acme.Rx.poll(Rx.java:17)")
                .contains("  68 65 6c 6c 6f ")
                .contains("|hello|");
        assertThat(look("blocks", "--hexdump", at, "--json").json()).containsEntry("hex", "68656c6c6f");

        Cli nothing = Cli.run("blocks", path, "--hexdump", "0");
        assertThat(nothing.code()).isEqualTo(3);
        assertThat(nothing.err()).contains("no block").contains("offset 0 (0x0)");
    }

    @Test
    void sitesCountOnlyTheBlocksAskedFor() {
        assertThat(look("sites", "--columns", "blocks,bytes,site").out()).isEqualTo("""
                        BLOCKS  BYTES  SITE
                             2  1,005  com.acme.Rx.poll(Rx.java:17)
                             3    150  com.acme.Send.add(Send.java:41)
                        2 sites, 5 blocks, 1,155 bytes
                        """);
        assertThat(look("sites", "--tag", "", "--columns", "blocks,bytes,site").out())
                .isEqualTo("""
                        BLOCKS  BYTES  SITE
                             1      5  com.acme.Rx.poll(Rx.java:17)
                        1 site, 1 block, 5 bytes
                        """);
        assertThat(Cli.objects(look("sites", "--json", "--min-size", "200").json(), "sites"))
                .hasSize(1);
    }

    @Test
    void processesAndPoolsHaveTheirRows() {
        assertThat(look("procs").out()).contains("order-gw").contains("alive").endsWith("1 process\n");
        assertThat(look("procs", "--state", "dead").out()).isEqualTo("0 processes\n");
        assertThat(look("pools").out())
                .containsPattern("packet +64 +1,000 +3 +997")
                .endsWith("1 pool\n");
        assertThat(look("pools", "--tag", "x").out()).isEqualTo("0 pools\n");
        assertThat(Cli.objects(look("procs", "--json").json(), "processes")).hasSize(1);
        assertThat(Cli.objects(look("pools", "--json").json(), "pools"))
                .singleElement()
                .satisfies(pool -> assertThat(pool).containsEntry("whenEmpty", "next"));
    }

    @Test
    void lsFindsItAndTellsThatItIsInUse() {
        String out = Cli.run("ls", "--dir", folder.toString()).out();
        assertThat(out).containsPattern("orders +named +8 MiB +0600 +\\S+ +\\S+ +1\n");

        Cli orphans = Cli.run("ls", "--orphans", "--dir", folder.toString());
        assertThat(orphans.code()).isZero();
        region.close();
        orphans = Cli.run("ls", "--orphans", "--dir", folder.toString());
        assertThat(orphans.code()).isEqualTo(1);
        assertThat(orphans.out()).contains("orphan");
    }

    @Test
    void hostileNamesNeitherLeaveTheirLineNorBreakJson() {
        region.allocate(10, Tag.of("\u001b]0;owned\u0007\r"), HOSTILE);

        for (String verb : List.of("inspect", "blocks", "sites")) {
            String out = look(verb).out();
            assertThat(out.chars().filter(c -> (c < ' ' && c != '\n') || c == 0x202e || c == 0x9b))
                    .as(verb)
                    .isEmpty();
            assertThat(out).contains("com.evil.A\\e[2J.run\\n\\u202e(A.java\\x07:1)");
            assertThat(look(verb, "--json").json()).isNotEmpty();
        }
    }

    @Test
    void whoLooksChangesNothing() throws IOException {
        region.close();
        Path file = Path.of(path);
        Path lock = folder.resolve(".orders.lock");
        String before = sha256(file) + sha256(lock);

        for (String verb :
                List.of("inspect", "blocks", "sites", "procs", "pools", "channels", "requests", "broadcasts", "map")) {
            look(verb);
            look(verb, "--json");
        }
        Cli.run("ls", "--dir", folder.toString());
        Cli.run("blocks", path, "--hexdump", Long.toString(text.offset()));
        Cli.run("rm", path, "--dry-run");

        assertThat(sha256(file) + sha256(lock)).isEqualTo(before);
    }

    @Test
    void aCopiedFileIsReadableAndNobodyKnowsWhoIsAlive() throws IOException {
        Path copy = Files.copy(Path.of(path), folder.resolve("copy"));

        assertThat(Cli.run("inspect", copy.toString()).out()).contains("a copy: who is alive is not known");
        Map<String, Object> json = Cli.run("blocks", "--json", copy.toString()).json();
        assertThat(Cli.objects(json, "blocks"))
                .hasSize(5)
                .allSatisfy(block -> assertThat(Cli.object(block, "owner")).containsEntry("state", "unknown"));
    }

    @Test
    void channelsShowsDepthAndWhatIsInFlight() {
        Channel orders = region.channel("orders", 8);
        orders.offer(region.allocate(100, Tag.GENERAL, SEND));
        orders.offer(8, m -> m.putLong(0, 1));
        orders.poll(m -> m.block().free());
        orders.offer(region.allocate(100, Tag.GENERAL, SEND));
        String out = look("channels", "--columns", "channel,capacity,depth,blocks,sent,received,lost")
                .out();
        assertThat(out).contains("orders").contains("1 channel");
        Map<String, Object> row =
                Cli.objects(look("channels", "--json").json(), "channels").get(0);
        assertThat(row).containsEntry("name", "orders").containsEntry("redelivers", false);
        assertThat(((Number) row.get("depth")).intValue()).isEqualTo(2);
        assertThat(((Number) row.get("blocks")).intValue()).isEqualTo(1);
        assertThat(((Number) row.get("sent")).intValue()).isEqualTo(3);
        assertThat(((Number) row.get("received")).intValue()).isEqualTo(1);
        assertThat(look("leaks").code()).isZero();
        assertThat(look("verify").code()).isZero();
    }

    @Test
    void channelsHaveRatesAndTheBlocksInFlightTheirSender() {
        Channel orders = region.channel("orders", 8);
        orders.offer(region.allocate(100, Tag.of("order"), SEND));
        orders.offer(region.allocate(200, Tag.of("order"), RECEIVE));
        orders.offer(8, m -> m.putLong(0, 1));

        String all = look("channels", "--every", "1ms", "--columns", "channel,depth,sent/s,received/s,waits")
                .out();
        assertThat(all).contains("SENT/S  RECEIVED/S").containsPattern("orders +3 +0 +0\n");
        Map<String, Object> row = Cli.objects(
                        look("channels", "--every", "1ms", "--json").json(), "channels")
                .get(0);
        assertThat(row).containsEntry("sentPerSecond", 0.0).containsEntry("receivedPerSecond", 0.0);

        String flight = look("channels", "--in-flight").out();
        String pid = Long.toString(ProcessHandle.current().pid());
        assertThat(flight)
                .containsPattern("orders +0x[0-9a-f]+ +100 +\\S+ +" + pid + " +order +com.acme.Send.add")
                .endsWith("2 waiting blocks\n");
        assertThat(look("channels", "--in-flight", "--sort", "bytes", "--limit", "1", "--columns", "bytes", "-q")
                        .out())
                .isEqualTo("BYTES\n  200\n");
        assertThat(Cli.objects(look("channels", "--in-flight", "--json").json(), "inFlight"))
                .hasSize(2)
                .allSatisfy(block -> assertThat(block).containsEntry("channel", "orders"));
        assertThat(look("blocks", "--tag", "order", "--columns", "held-in", "-q", "--no-headings")
                        .out())
                .isEqualTo("channel 'orders'\nchannel 'orders'\n");
    }

    @Test
    void inspectShowsChannelsWhereThereAreAny() {
        assertThat(look("inspect").out()).doesNotContain("channel");
        assertThat(Cli.objects(look("inspect", "--json").json(), "channels")).isEmpty();

        region.channel("orders", 8).offer(8, m -> m.putLong(0, 1));

        assertThat(look("inspect").out()).containsPattern("channels\n +CHANNEL .*\n +orders +8 +1 ");
        assertThat(Cli.objects(look("inspect", "--json").json(), "channels"))
                .singleElement()
                .satisfies(channel -> assertThat(channel).containsEntry("depth", 1L));
    }

    @Test
    void requestsShowWhoServesAndWhatTheirCallsWaitFor() {
        Requests prices = region.requests("prices", 8);
        Server server = prices.server();
        prices.ask(region.allocate(100, Tag.of("order"), SEND), 1, TimeUnit.HOURS);
        prices.ask(8, m -> m.putLong(0, 1), 1, TimeUnit.HOURS);
        prices.ask(8, m -> m.putLong(0, 2), 1, TimeUnit.HOURS).close();
        assertThat(server.poll()).isNotNull();
        String pid = Long.toString(ProcessHandle.current().pid());

        assertThat(look(
                                "requests",
                                "--every",
                                "1ms",
                                "--columns",
                                "requests,asked,taken,ended,ended/s,given-up,servers")
                        .out())
                .containsPattern("prices +1 +1 +1 +0 +1 +" + pid + "\n1 request table\n");
        assertThat(look("requests", "--calls", "--columns", "requests,state,requester,server,bytes", "--sort", "bytes")
                        .out())
                .containsPattern("prices +taken +" + pid + " +" + pid + " +100\n")
                .containsPattern("prices +asked +" + pid + " +8\n2 calls\n");
        Map<String, Object> table = Cli.objects(
                        look("requests", "--every", "1ms", "--json").json(), "requests")
                .get(0);
        assertThat(table)
                .containsEntry("name", "prices")
                .containsEntry("asked", 1L)
                .containsEntry("taken", 1L)
                .containsEntry("endedPerSecond", 0.0);
        assertThat(Cli.objects(table, "servers")).hasSize(1);
        assertThat(Cli.objects(look("requests", "--calls", "--json").json(), "calls"))
                .extracting(call -> call.get("state"))
                .containsExactlyInAnyOrder("taken", "asked");
        assertThat(look("inspect").out()).containsPattern("requests\n +REQUESTS .*\n +prices +8 +1 +1 ");
        assertThat(Cli.objects(look("inspect", "--json").json(), "requests")).hasSize(1);
        assertThat(look("blocks", "--tag", "order", "--columns", "held-in", "-q", "--no-headings")
                        .out())
                .isEqualTo("requests 'prices'\n");
        server.close();
    }

    @Test
    void broadcastsShowWhoIsBehindAndWhatWasMissed() throws InterruptedException {
        Broadcast ticks = region.broadcast("ticks", 4);
        assertThat(look("broadcasts", "--columns", "broadcast,capacity,sent,subscriber,lag")
                        .out())
                .containsPattern("ticks +32 +0 *\n1 line\n");
        Subscription quick = ticks.subscribe();
        Subscription slow = ticks.subscribe();
        for (int i = 0; i < 34; i++) {
            ticks.send(8, m -> m.putLong(0, 1), 0, TimeUnit.SECONDS);
            assertThat(quick.poll(m -> {})).isTrue();
        }
        String pid = Long.toString(ProcessHandle.current().pid());

        assertThat(look("broadcasts").out())
                .containsPattern("ticks +32 +34 +" + pid + " +32 +2 +active\nticks +32 +34 +" + pid
                        + " +0 +0 +active\n2 lines\n");
        assertThat(Cli.objects(look("broadcasts", "--json").json(), "subscriptions"))
                .extracting(row -> row.get("lag"))
                .containsExactly(slow.lag(), 0L);
        assertThat(slow.missed()).isEqualTo(2);
        assertThat(look("inspect").out())
                .containsPattern("broadcasts\n +BROADCAST .*\n +ticks +32 +34 +" + pid + " +32 +2 +active\n");
        assertThat(look("inspect", "--json").json().get("subscriptions"))
                .isEqualTo(look("broadcasts", "--json").json().get("subscriptions"));
        quick.close();
        slow.close();
    }

    @Test
    void aColumnOfChannelsThatIsNotThereIsToldBeforeAnythingIsLookedAt() {
        Cli cli = Cli.run("channels", path, "--every", "1h", "--columns", "speed");

        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).contains("no column 'speed'").contains("received/s");
        assertThat(Cli.run("channels", path, "--every", "0").code()).isEqualTo(2);
        assertThat(Cli.run("channels", path, "--every", "1h", "--sort", "speed").code())
                .isEqualTo(2);
    }
}
