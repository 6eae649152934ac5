package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shm.Region;
import io.shm.RegionOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script as a shell runs it. */
@Timeout(120)
class CompletionTest {
    @TempDir
    Path folder;

    private Path script;

    @BeforeEach
    void write() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash here");
        script = Files.writeString(
                folder.resolve("completion.bash"), Cli.run("completion").out());
    }

    /** What is proposed for the last of these words. */
    private List<String> proposed(String... words) throws Exception {
        Process process = new ProcessBuilder(command(String.join(" ", words), words))
                // Outside of a completion, bash says that compopt has no place.
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out.lines().filter(line -> !line.isBlank()).map(String::strip).toList();
    }

    private List<String> command(String typed, String[] words) {
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/env",
                "TYPED=" + typed,
                "SHM_COMPLETION_FOLDER=" + folder,
                "/bin/bash",
                "-c",
                "source \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMP_LINE=$TYPED; COMP_POINT=${#TYPED};"
                        + " COMPREPLY=(); _complete_shm_and_regions shm \"${COMP_WORDS[COMP_CWORD]}\""
                        + " \"${COMP_WORDS[COMP_CWORD-1]}\"; printf '%s\\n' \"${COMPREPLY[@]}\"",
                script.toString()));
        command.addAll(List.of(words));
        return command;
    }

    @Test
    void knowsTheRegionsThatThereAre() throws Exception {
        String orders = folder.resolve("orders").toString();
        String odd = folder.resolve("or der's").toString();
        try (Region first = Region.create(RegionOptions.named(orders).size(4 << 20));
                Region second = Region.create(RegionOptions.named(odd).size(4 << 20))) {
            assertThat(first.size()).isEqualTo(second.size());
            assertThat(proposed("shm", "inspect", "")).contains("orders", "or\\ der\\'s");
            assertThat(proposed("shm", "leaks", "--json", "ord")).containsExactly("orders");
            assertThat(proposed("shm", "leaks", "or\\ d")).containsExactly("or\\ der\\'s");
            assertThat(proposed("shm", "leaks", "x")).isEmpty();
            // Where something else belongs, no region does.
            assertThat(proposed("shm", "leaks", "--older-than", "")).doesNotContain("orders");
            assertThat(proposed("shm", "doctor", "")).doesNotContain("orders");
            assertThat(proposed("shm", "ord")).isEmpty();
        }
        Region.remove(orders, true);
        Region.remove(odd, true);
        assertThat(proposed("shm", "inspect", "")).doesNotContain("orders");
    }

    /** What zsh makes of each of these lines when the tabulator key is pressed. */
    private List<String> completedByZsh(String... lines) throws Exception {
        Path driver = folder.resolve("completed.zsh");
        try (InputStream in = CompletionTest.class.getResourceAsStream("completed.zsh")) {
            Files.write(driver, in.readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of("zsh", "-f", driver.toString(), script.toString()));
        command.addAll(List.of(lines));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SHM_COMPLETION_FOLDER", folder.toString());
        // Where it keeps what it knows of completions.
        builder.environment().put("ZDOTDIR", folder.toString());
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("TERM", "dumb");
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(out).isZero();
            return out.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void zshCompletesTheSame() throws Exception {
        boolean isThere = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "zsh")));
        assumeTrue(isThere, "no zsh here: completion under zsh is not tested");
        String orders = folder.resolve("orders").toString();
        String odd = folder.resolve("or der's").toString();
        try (Region first = Region.create(RegionOptions.named(orders).size(4 << 20))) {
            assertThat(completedByZsh(
                            "shm insp",
                            "shm inspect ord",
                            "shm leaks --older",
                            "shm export orders --format mt",
                            "shm leaks --older-than ord"))
                    .containsExactly(
                            "<<shm inspect >>",
                            "<<shm inspect orders >>",
                            "<<shm leaks --older-than >>",
                            "<<shm export orders --format mtrace >>",
                            "<<shm leaks --older-than ord>>");
            assertThat(first.size()).isPositive();
        } finally {
            Region.remove(orders, true);
        }
        try (Region second = Region.create(RegionOptions.named(odd).size(4 << 20))) {
            assertThat(completedByZsh("shm inspect o", "shm inspect or\\ d"))
                    .containsExactly("<<shm inspect or\\ der\\'s >>", "<<shm inspect or\\ der\\'s >>");
            assertThat(second.size()).isPositive();
        } finally {
            Region.remove(odd, true);
        }
    }

    @Test
    void knowsVerbsAndOptions() throws Exception {
        assertThat(proposed("shm", "insp")).containsExactly("inspect");
        assertThat(proposed("shm", "leaks", "--older")).containsExactly("--older-than");
        assertThat(proposed("shm", "export", "orders", "--format", "mt")).containsExactly("mtrace");
    }
}
