package io.shm.examples.service;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Clients that send random texts, one after the other, and check what they get. No text is sent twice, so an answer that
 * belongs to another request is seen.
 */
final class Load {
    private static final int LONGEST_TEXT = 64 << 10;
    private static final int USUAL_TEXT = 2 << 10;
    private static final int ONE_LONG_IN = 20;
    private static final int MOST_WORK_MS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI service;
    private final List<Client> clients = new ArrayList<>();

    Load(int port, int count, long seed) {
        service = URI.create("http://localhost:" + port + Gateway.PATH);
        for (int i = 0; i < count; i++) {
            clients.add(new Client(i + 1, seed + i));
        }
    }

    /** Sends as long as the condition holds; the last answers are waited for. */
    Results run(BooleanSupplier goesOn) throws InterruptedException {
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (Client client : clients) {
            Thread thread = new Thread(() -> client.run(goesOn), "client-" + client.number);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Results sum = new Results();
        clients.forEach(client -> sum.add(client.results));
        sum.ranNs(System.nanoTime() - start);
        return sum;
    }

    private final class Client {
        private final int number;
        private final Random random;
        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final Results results = new Results();

        Client(int number, long seed) {
            this.number = number;
            this.random = new Random(seed);
        }

        void run(BooleanSupplier goesOn) {
            for (int count = 1; goesOn.getAsBoolean(); count++) {
                String text = text(count);
                long start = System.nanoTime();
                try {
                    HttpResponse<String> response = http.send(request(text), BodyHandlers.ofString());
                    String outcome = response.headers()
                            .firstValue(Gateway.OUTCOME_HEADER)
                            .orElse("");
                    boolean answered = outcome.equals(Outcome.ANSWERED.text());
                    if (answered && !response.body().equals(text.toUpperCase(Locale.ROOT))) {
                        results.count(Results.WRONG);
                    } else if (answered) {
                        results.answered(System.nanoTime() - start);
                    } else {
                        results.count(outcome.isEmpty() ? Results.NONE : outcome);
                    }
                } catch (IOException e) {
                    results.count(Results.NONE);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }

        private HttpRequest request(String text) {
            return HttpRequest.newBuilder(URI.create(service + "?work=" + random.nextInt(MOST_WORK_MS + 1)))
                    .timeout(PATIENCE)
                    .POST(BodyPublishers.ofString(text, StandardCharsets.US_ASCII))
                    .build();
        }

        private String text(int count) {
            int length = random.nextInt(random.nextInt(ONE_LONG_IN) == 0 ? LONGEST_TEXT : USUAL_TEXT);
            StringBuilder text = new StringBuilder("request " + count + " of client " + number + ": ");
            for (int i = 0; i < length; i++) {
                text.append((char) (' ' + random.nextInt('~' - ' ' + 1)));
            }
            return text.toString();
        }
    }
}
