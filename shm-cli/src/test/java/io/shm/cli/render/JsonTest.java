package io.shm.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTest {
    private final StringBuilder text = new StringBuilder();
    private final Json json = new Json(text);

    @Test
    void writesEveryKindOfValue() throws IOException {
        json.object()
                .field("text", "a \"b\" \\ c\n")
                .field("number", Long.MIN_VALUE)
                .field("fraction", 0.5)
                .field("nothing", Double.NaN)
                .field("flag", true)
                .field("none", (String) null)
                .field("time", Instant.ofEpochSecond(0))
                .key("list")
                .array()
                .value(1)
                .value("two")
                .object()
                .endObject()
                .array()
                .endArray()
                .endArray()
                .endObject();

        Map<String, Object> read = StrictJson.object(text.toString());
        assertThat(read)
                .containsEntry("text", "a \"b\" \\ c\n")
                .containsEntry("number", Long.MIN_VALUE)
                .containsEntry("fraction", 0.5)
                .containsEntry("nothing", null)
                .containsEntry("flag", true)
                .containsEntry("none", null)
                .containsEntry("time", "1970-01-01T00:00:00Z")
                .containsEntry("list", Arrays.asList(1L, "two", Map.of(), List.of()));
    }

    @Test
    void anyStringComesBackWhole() throws IOException {
        Random random = new Random(42);
        for (int round = 0; round < 2000; round++) {
            char[] chars = new char[random.nextInt(12)];
            for (int i = 0; i < chars.length; i++) {
                chars[i] = (char) (random.nextBoolean() ? random.nextInt(0x100) : 0xd700 + random.nextInt(0x1200));
            }
            String hostile = new String(chars);
            text.setLength(0);
            new Json(text).value(hostile);

            // Through bytes, as a reader gets it: an unpaired surrogate has no UTF-8 of its own.
            String sent = new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            assertThat(StrictJson.parse(sent)).isEqualTo(hostile);
        }
    }

    @Test
    void controlCharactersNeverStandBare() throws IOException {
        json.value("\u0000\u001b[31m\u007f\u009b\u2028\u2029");

        assertThat(text.toString()).isEqualTo("\"\\u0000\\u001b[31m\\u007f\\u009b\\u2028\\u2029\"");
    }

    @Test
    void refusesValuesOutOfPlace() {
        assertThatThrownBy(() -> new Json(text).object().value(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Json(text).array().key("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Json(text).object().key("a").endObject())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Json(text).array().endObject()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nestsDeeperThanItStarts() throws IOException {
        for (int i = 0; i < 50; i++) {
            json.array();
        }
        for (int i = 0; i < 50; i++) {
            json.endArray();
        }

        assertThat(StrictJson.parse(text.toString())).isInstanceOf(List.class);
    }
}
