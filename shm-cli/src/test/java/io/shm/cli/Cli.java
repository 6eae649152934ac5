package io.shm.cli;

import io.shm.cli.command.Terminal;
import io.shm.cli.render.StrictJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A run of the program inside the test's JVM. */
public record Cli(int code, String out, String err) {
    public static Cli run(String... args) {
        return run(Terminal.none(), args);
    }

    public static Cli run(Terminal terminal, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(args, out, err, terminal);
        return new Cli(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The output, which must be one JSON object on one line. */
    public Map<String, Object> json() {
        if (out.indexOf('\n') != out.length() - 1) {
            throw new AssertionError("not one line: " + out);
        }
        return StrictJson.object(out);
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(Map<String, Object> json, String key) {
        return (Map<String, Object>) json.get(key);
    }

    @SuppressWarnings("unchecked")
    public static List<Map<String, Object>> objects(Map<String, Object> json, String key) {
        return (List<Map<String, Object>>) json.get(key);
    }
}
