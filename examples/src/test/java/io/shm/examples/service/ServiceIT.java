package io.shm.examples.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.examples.ExampleRun;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the example as a user does, and looks at it from a third process: this one. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServiceIT {
    private static final String NEVER_MS = "100000";
    private static final Pattern PORT = Pattern.compile("http://localhost:(\\d+)/");

    private final ExampleRun run =
            new ExampleRun("service-it-" + ProcessHandle.current().pid());
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void nothingIsLeft() throws IOException {
        run.nothingIsLeft();
    }

    @Test
    void underKillsEveryRequestHasOneAnswerOrOneClearErrorAndNothingIsLeft() throws Exception {
        run.start(Main.class, "--load", "15", "--hold", "100");
        List<String> lines = run.readUntil("shm leaks");
        System.out.println(String.join("\n", lines));

        long requests = figure(lines, "requests");
        long refused = figure(lines, "busy") + figure(lines, "no room") + figure(lines, "closing");
        assertThat(figure(lines, "answered")).isPositive();
        assertThat(requests)
                .isEqualTo(
                        figure(lines, "answered") + figure(lines, "worker died") + figure(lines, "deadline") + refused);
        assertThat(figure(lines, "wrong answer")).isZero();
        assertThat(figure(lines, "no answer")).isZero();
        assertThat(figure(lines, "kill -9")).isPositive().isLessThanOrEqualTo(figure(lines, "found killed"));
        assertThat(figure(lines, "failed")).isZero();
        // As this process sees it, too.
        assertThat(Books.of(run.name()).isEmpty()).isTrue();

        run.pressEnter();
        run.readUntil(null);
        assertThat(run.exit()).isZero();
    }

    @Test
    void aWorkerThatIsKilledAtARequestIsAClearErrorAtOnceAndIsReplaced() throws Exception {
        URI uri = serve("1");
        assertThat(post(uri, "first").get().body()).isEqualTo("FIRST");

        CompletableFuture<HttpResponse<String>> response = post(URI.create(uri + "?work=" + NEVER_MS), "second");
        try (Inspector inspector = Inspector.open(run.name())) {
            workerThatHasARequest(inspector).destroyForcibly();
        }

        assertThat(response.get().statusCode()).isEqualTo(503);
        assertThat(response.get().body()).isEqualTo("worker died\n");
        assertThat(post(uri, "third").get().body()).isEqualTo("THIRD");
        run.pressEnter();
        List<String> lines = run.readUntil(null);
        assertThat(run.exit()).isZero();
        assertThat(figure(lines, "blocks freed")).isEqualTo(1);
        assertThat(figure(lines, "restarted")).isEqualTo(1);
    }

    @Test
    void terminatedUnderLoadItAnswersWhatItHasAndLeavesNothing() throws Exception {
        run.start(Main.class, "--load", "100");
        run.readUntil("was killed");

        run.terminate();

        List<String> lines = run.readUntil(null);
        assertThat(run.exit()).isEqualTo(128 + 15);
        assertThat(figure(lines, "no answer")).isZero();
        assertThat(figure(lines, "blocks")).isZero();
        assertThat(lines).anyMatch(line -> line.contains("the region is gone"));
    }

    @Test
    void theKeyThatInterruptsATerminalEndsAllInGoodOrderHoweverOftenItIsPressed() throws Exception {
        run.startInTerminal(Main.class, "--load", "100");
        run.readUntil("was killed");

        run.pressControlC();
        run.readUntil("service: ending");
        run.pressControlC();

        List<String> lines = run.readUntil(null);
        assertThat(run.exit()).isEqualTo(128 + 2);
        assertThat(figure(lines, "no answer")).isZero();
        assertThat(figure(lines, "failed")).isZero();
        assertThat(figure(lines, "blocks")).isZero();
        assertThat(lines).noneMatch(line -> line.contains("Exception") || line.startsWith("\tat "));
        assertThat(lines).last().asString().isEqualTo("service: the region is gone");
    }

    @Test
    void whatWaitsForAWorkerWhenTheKeyIsPressedIsAnswered() throws Exception {
        URI uri = serve(true, "1");
        URI slow = URI.create(uri + "?work=500");
        List<CompletableFuture<HttpResponse<String>>> responses = List.of(post(slow, "first"), post(slow, "second"));
        try (Inspector inspector = Inspector.open(run.name())) {
            while (inspector.requests().stream().noneMatch(row -> row.taken() == 1 && row.asked() == 1)
                    && responses.stream().noneMatch(CompletableFuture::isDone)) {
                Thread.onSpinWait();
            }
        }

        run.pressControlC();

        assertThat(responses.get(0).get().body()).isEqualTo("FIRST");
        assertThat(responses.get(1).get().body()).isEqualTo("SECOND");
        run.readUntil("the region is gone");
        assertThat(run.exit()).isEqualTo(128 + 2);
    }

    @Test
    void aTerminalThatIsClosedEndsAllInGoodOrder() throws Exception {
        run.startInTerminal(Main.class, "--load", "100");
        run.readUntil("was killed");
        List<ProcessHandle> processes = run.descendants();

        run.kill();
        run.exit();

        for (ProcessHandle process : processes) {
            process.onExit().join();
        }
    }

    @Test
    void whenTheSupervisorIsKilledTheWorkersLeaveAndTheLastOneRemovesTheRegion() throws Exception {
        URI uri = serve("2");
        assertThat(post(uri, "first").get().body()).isEqualTo("FIRST");
        List<ProcessHandle> workers = new ArrayList<>(run.children());
        assertThat(workers).hasSize(2);

        run.kill();
        run.exit();

        for (ProcessHandle worker : workers) {
            worker.onExit().join();
        }
    }

    @Test
    void refusesWhatIsNoArgument() throws Exception {
        run.start(Main.class, "--load", "soon");

        assertThat(run.readUntil(null)).first().asString().startsWith("usage: scripts/example service");
        assertThat(run.exit()).isEqualTo(2);
    }

    /** Starts it for requests from here, with all workers attached. */
    private URI serve(String workers) throws IOException {
        return serve(false, workers);
    }

    private URI serve(boolean inTerminal, String workers) throws IOException {
        String[] arguments = {"--load", "0", "--workers", workers, "--deadline", NEVER_MS};
        if (inTerminal) {
            run.startInTerminal(Main.class, arguments);
        } else {
            run.start(Main.class, arguments);
        }
        List<String> lines = run.readUntil("POST a text");
        Matcher port = PORT.matcher(lines.get(lines.size() - 1));
        assertThat(port.find()).isTrue();
        try (Inspector inspector = Inspector.open(run.name())) {
            while (inspector.picture().processes().size() < 1 + Integer.parseInt(workers)) {
                Thread.onSpinWait();
            }
        }
        return URI.create("http://localhost:" + port.group(1) + Gateway.PATH);
    }

    private CompletableFuture<HttpResponse<String>> post(URI uri, String text) {
        return http.sendAsync(
                HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(text)).build(), BodyHandlers.ofString());
    }

    private ProcessHandle workerThatHasARequest(Inspector inspector) {
        List<BlockRow> found = new ArrayList<>();
        while (found.isEmpty()) {
            inspector.blocks(
                    block -> block.tag().equals(Text.TAG.name())
                            && block.owner() != null
                            && block.owner().pid() != run.pid(),
                    found::add);
        }
        return ProcessHandle.of(found.get(0).owner().pid()).orElseThrow();
    }

    /** The number behind these words in the table. */
    private static long figure(List<String> lines, String words) {
        Pattern line = Pattern.compile("  " + Pattern.quote(words) + " +([\\d,]+)(  .*)?");
        return lines.stream()
                .map(line::matcher)
                .filter(Matcher::matches)
                .mapToLong(match -> Long.parseLong(match.group(1).replace(",", "")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no '" + words + "' in " + lines));
    }
}
