package io.shm.examples.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.AttachOptions;
import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.channel.Request;
import io.shm.channel.Server;
import io.shm.heap.Block;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway, with workers that are threads of this JVM, each attached to the region for itself. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GatewayTest {
    private static final int NEVER_MS = 100_000;
    private static final int SOON_MS = 50;

    @TempDir
    Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private String name;
    private Region region;
    private Gateway gateway;

    @BeforeEach
    void create() {
        name = folder.resolve("service").toString();
        region = Region.create(RegionOptions.named(name).size(8 << 20));
    }

    private void open(int deadlineMs) throws IOException {
        gateway = Gateway.open(region, 0, deadlineMs);
    }

    @AfterEach
    void nothingIsLeft() {
        gateway.close();
        region.close();
        Books books = Books.of(name);
        Region.remove(name, true);
        assertThat(books.isEmpty()).as(books.toString()).isTrue();
    }

    @Test
    void anAnswerIsTheTextInCapitalsOfAnyLength() throws Exception {
        open(NEVER_MS);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> worker = worker(over);
        try {
            assertThat(post("Hello, wörld").body()).isEqualTo("HELLO, WöRLD");
            assertThat(post("").statusCode()).isEqualTo(200);
            String text = "abc-".repeat(50_000);
            HttpResponse<String> response = post(text);
            assertThat(response.body()).isEqualTo(text.replace("abc", "ABC"));
            assertThat(response.headers().firstValue(Gateway.WORKER_HEADER))
                    .hasValue(Long.toString(ProcessHandle.current().pid()));
        } finally {
            over.set(true);
            worker.get();
        }
    }

    @Test
    void withoutAWorkerADeadlineEndsIt() throws Exception {
        open(SOON_MS);

        HttpResponse<String> response = post("text");

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(response.body()).isEqualTo("deadline\n");
    }

    @Test
    void aReplyAfterTheDeadlineIsFreed() throws Exception {
        open(SOON_MS);
        try (Region worker = attach();
                Server server = worker.requests(Text.REQUESTS, Text.OPTIONS).server()) {
            Request request = null;
            CompletableFuture<HttpResponse<String>> response = null;
            while (request == null) {
                // On a busy machine a deadline may be over before it is taken: then another one.
                response = http.sendAsync(request("text"), BodyHandlers.ofString());
                while (request == null && !response.isDone()) {
                    request = server.receive(1, TimeUnit.MILLISECONDS);
                }
            }
            Block text = request.takeBlock();

            assertThat(response.get().statusCode()).isEqualTo(504);

            assertThat(request.reply(text)).isFalse();
        }
    }

    @Test
    void whatAWorkerHasWhenItLeavesIsAClearErrorAtOnce() throws Exception {
        open(NEVER_MS);
        CompletableFuture<HttpResponse<String>> response = http.sendAsync(request("text"), BodyHandlers.ofString());

        try (Region worker = attach()) {
            Server server = worker.requests(Text.REQUESTS, Text.OPTIONS).server();
            assertThat(server.receive(1, TimeUnit.MINUTES).takeBlock()).isNotNull();
        }

        assertThat(response.get().statusCode()).isEqualTo(503);
        assertThat(response.get().body()).isEqualTo("worker died\n");
    }

    @Test
    void whatAWorkerHadNotBegunWhenItLeftIsAnsweredByAnother() throws Exception {
        open(NEVER_MS);
        CompletableFuture<HttpResponse<String>> response = http.sendAsync(request("text"), BodyHandlers.ofString());
        try (Region worker = attach()) {
            Server server = worker.requests(Text.REQUESTS, Text.OPTIONS).server();
            assertThat(server.receive(1, TimeUnit.MINUTES)).isNotNull();
        }
        AtomicBoolean over = new AtomicBoolean();

        CompletableFuture<Void> worker = worker(over);

        assertThat(response.get().body()).isEqualTo("TEXT");
        over.set(true);
        worker.get();
    }

    @Test
    void aFullRegionIsAClearError() throws Exception {
        open(NEVER_MS);
        Block all = region.allocate(7 << 20);
        try {
            HttpResponse<String> response = post("x".repeat(1 << 20));
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).isEqualTo("no room\n");
        } finally {
            all.free();
        }
    }

    @Test
    void whatIsNoRequestIsRefusedWithTheReason() throws Exception {
        open(NEVER_MS);

        assertThat(http.send(HttpRequest.newBuilder(uri()).build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(405);
        assertThat(post("x".repeat(Gateway.MOST_TEXT + 1)).statusCode()).isEqualTo(413);
        HttpRequest unknown = HttpRequest.newBuilder(uri())
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[1])))
                .build();
        assertThat(http.send(unknown, BodyHandlers.ofString()).statusCode()).isEqualTo(411);
        assertThat(statusOf("POST /capitals HTTP/1.1\r\nHost: a\r\nContent-Length: 12345678901\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
    }

    /** What a client is told that sends as much as the gateway reads of what it refuses. */
    private String statusOf(String head) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(new byte[Gateway.MOST_DRAINED]);
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    private CompletableFuture<Void> worker(AtomicBoolean over) {
        return CompletableFuture.runAsync(() -> {
            try (Region worker = attach()) {
                Worker.serve(worker, () -> !over.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private Region attach() {
        return Region.attach(AttachOptions.to(name).processName("worker"));
    }

    private HttpResponse<String> post(String text) throws IOException, InterruptedException {
        return http.send(request(text), BodyHandlers.ofString());
    }

    private HttpRequest request(String text) {
        return HttpRequest.newBuilder(uri()).POST(BodyPublishers.ofString(text)).build();
    }

    private URI uri() {
        return URI.create("http://localhost:" + gateway.port() + Gateway.PATH);
    }
}
