package io.shm.cli.report;

import io.shm.cli.render.StrictJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A headless Chromium with one page, spoken to by the protocol of its developer tools. */
final class Browser implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Long, CompletableFuture<Map<String, Object>>> answers = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> loaded = new CompletableFuture<>();
    private String session;

    private Browser(Process process, String address) {
        this.process = process;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(address), new Answers())
                .join();
    }

    /** Where the program is; null if it is not here. */
    static Path program() {
        return Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Starts it and opens a page of that size; what it leaves behind lies in the folder. */
    static Browser open(Path page, Path folder, int width, int height, boolean dark) throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                        program().toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--remote-debugging-port=0",
                        "about:blank")
                .redirectErrorStream(true);
        command.environment().put("TMPDIR", folder.toString());
        Process process = command.start();
        boolean opened = false;
        try {
            Browser browser = new Browser(process, address(process));
            browser.show(page, width, height, dark);
            opened = true;
            return browser;
        } finally {
            if (!opened) {
                end(process);
            }
        }
    }

    /** It says on which address it listens. */
    private static String address(Process process) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int at = line.indexOf("ws://");
            if (at >= 0) {
                Thread rest = new Thread(() -> lines.lines().forEach(ignored -> {}));
                rest.setDaemon(true);
                rest.start();
                return line.substring(at).strip();
            }
        }
        throw new IOException("the browser ended without a word");
    }

    private void show(Path page, int width, int height, boolean dark) {
        Map<String, Object> target = call("Target.createTarget", "{\"url\":\"about:blank\"}");
        session = (String)
                call("Target.attachToTarget", "{\"targetId\":\"" + target.get("targetId") + "\",\"flatten\":true}")
                        .get("sessionId");
        call("Page.enable", "{}");
        call("Runtime.enable", "{}");
        call("Performance.enable", "{}");
        call(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\":" + width + ",\"height\":" + height + ",\"deviceScaleFactor\":1,\"mobile\":false}");
        call(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + (dark ? "dark" : "light") + "\"}]}");
        call("Page.navigate", "{\"url\":\"" + page.toUri() + "\"}");
        loaded.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** The value of an expression as text. */
    String eval(String expression) {
        Map<String, Object> answer = call(
                "Runtime.evaluate",
                "{\"expression\":\"String(" + expression.replace("\\", "\\\\").replace("\"", "\\\"") + ")\"}");
        if (answer.containsKey("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer);
        }
        @SuppressWarnings("unchecked")
        Map<String, Object> result = (Map<String, Object>) answer.get("result");
        return (String) result.get("value");
    }

    /** A real click of the mouse, in the middle of an element. */
    void click(String selector) {
        String find = "document.querySelector('" + selector + "')";
        eval(find + ".scrollIntoView({block:'center',behavior:'instant'})");
        String[] middle = eval("(r => [r.x + r.width / 2, r.y + r.height / 2])(" + find + ".getBoundingClientRect())")
                .split(",");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            call(
                    "Input.dispatchMouseEvent",
                    "{\"type\":\"" + type + "\",\"x\":" + middle[0] + ",\"y\":" + middle[1]
                            + ",\"button\":\"left\",\"clickCount\":1}");
        }
    }

    /** A real key. */
    void press(String key) {
        for (String type : List.of("rawKeyDown", "keyUp")) {
            call("Input.dispatchKeyEvent", "{\"type\":\"" + type + "\",\"key\":\"" + key + "\"}");
        }
    }

    /** What the page has taken until now, by the browser's own names; durations in seconds. */
    Map<String, Double> metrics() {
        Map<String, Double> metrics = new HashMap<>();
        if (call("Performance.getMetrics", "{}").get("metrics") instanceof List<?> all) {
            for (Object one : all) {
                if (one instanceof Map<?, ?> metric && metric.get("value") instanceof Number value) {
                    metrics.put((String) metric.get("name"), value.doubleValue());
                }
            }
        }
        return metrics;
    }

    private Map<String, Object> call(String method, String parameters) {
        long number = numbers.incrementAndGet();
        CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
        answers.put(number, answer);
        String of = session == null ? "" : ",\"sessionId\":\"" + session + "\"";
        socket.sendText(
                        "{\"id\":" + number + of + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}",
                        true)
                .join();
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private final class Answers implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            message.append(text);
            if (last) {
                take(message.toString());
                message.setLength(0);
            }
            from.request(1);
            return null;
        }

        @SuppressWarnings("unchecked")
        private void take(String text) {
            Map<String, Object> json = StrictJson.object(text);
            if ("Page.loadEventFired".equals(json.get("method"))) {
                loaded.complete(null);
            }
            CompletableFuture<Map<String, Object>> answer =
                    json.get("id") instanceof Long number ? answers.remove(number) : null;
            if (answer != null && json.get("result") instanceof Map<?, ?> result) {
                answer.complete((Map<String, Object>) result);
            } else if (answer != null) {
                answer.completeExceptionally(new AssertionError(text));
            }
        }
    }

    @Override
    public void close() {
        socket.abort();
        end(process);
    }

    /** With all that it has started. */
    private static void end(Process process) {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
        all.forEach(child -> child.onExit().join());
    }
}
