package io.shm.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.inspect.ChannelRow;
import io.shm.inspect.ProcessInfo;
import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.inspect.RequestsRow;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelShapeTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final ProcessInfo WAITER = new ProcessInfo(3, 4_194_303, Liveness.DEAD, "worker", 0, 0, 1000, NOW);

    private static final ProcessInfo SERVER = new ProcessInfo(4, 32_768, Liveness.DEAD, "worker", 0, 0, 1000, NOW);

    private static ChannelRow row(long sent, long received) {
        return new ChannelRow(
                "requests",
                4096,
                1024,
                false,
                true,
                WAITER,
                true,
                null,
                sent - received,
                3,
                999_999,
                NOW.minusMillis(123),
                0,
                0,
                sent,
                received,
                12,
                WAITER,
                null);
    }

    @Test
    void ratesAreOfWhatHappenedBetweenTwoLooks() {
        ChannelFlow flow = ChannelFlow.between(row(1_000, 500), row(2_000, 600), 0.5);

        assertThat(flow.sent()).isEqualTo(2_000.0);
        assertThat(flow.received()).isEqualTo(200.0);
    }

    @Test
    void aChannelThatWasNotThereBeforeHasNoRateAndOneThatBeganAnewNoNegativeOne() {
        assertThat(ChannelFlow.between(null, row(1, 1), 1).sent()).isNull();
        assertThat(ChannelFlow.between(row(9, 9), row(1, 1), 1).received()).isZero();
        assertThat(ChannelFlow.between(row(1, 1), row(9, 9), 0).sent()).isNull();
    }

    @Test
    void rolesTellWhoIsTheOneThatSendsOrReceives() {
        ChannelFlow flow = ChannelFlow.between(null, row(1, 1), 1);

        assertThat(ChannelShape.still().value(flow, "roles"))
                .asString()
                .startsWith("sender 4194303")
                .endsWith(", receiver nobody");
    }

    @Test
    void requestsWithThreeServersFitAnUsualTerminal() throws IOException {
        RequestsRow row = new RequestsRow(
                "capitals",
                4096,
                1024,
                true,
                999,
                25,
                0,
                0,
                NOW.minusMillis(123),
                9_999_999,
                123,
                123,
                List.of(SERVER, SERVER, SERVER),
                null,
                null);
        StringBuilder out = new StringBuilder();
        Look look = new Look(true, false, false, () -> 80, NOW);
        Table<RequestsFlow> table = new Table<>(out, look, new RequestsShape(80));
        table.add(new RequestsFlow(row, 12_345.6));
        table.finish();

        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(out).contains("12,346").contains("32768! 32768! 32768!");
        assertThat(RequestsFlow.between(row, row, 1).ended()).isZero();
        assertThat(RequestsFlow.between(null, row, 1).ended()).isNull();
    }

    @Test
    void aBusyChannelFitsAnUsualTerminal() throws IOException {
        StringBuilder out = new StringBuilder();
        Look look = new Look(true, false, false, () -> 80, NOW);
        Table<ChannelFlow> table = new Table<>(out, look, new ChannelShape(80));
        table.add(new ChannelFlow(row(1_000_000, 999_000), 1_234_567.0, 1_234_568.0));
        table.finish();

        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(out).contains("1,234,567").contains("receiver 4194303!");
    }
}
