package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPagesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        ManPages.main(new String[] {folder.resolve("man1").toString()});
    }

    private List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("man1"))) {
            return files.sorted().toList();
        }
    }

    private String page(String name) throws IOException {
        return Files.readString(folder.resolve("man1").resolve(name + ".1"));
    }

    @Test
    void everyVerbHasAPage() throws IOException {
        for (String verb : Verbs.NAMES) {
            assertThat(page("shm-" + verb)).startsWith(".TH \"SHM\\-").contains(".SH SYNOPSIS", ".SH EXIT STATUS");
            assertThat(page("shm")).contains(".BR shm\\-" + verb + " (1)");
        }
        assertThat(page("shm-demo-leak")).contains(".SH DESCRIPTION");
    }

    @Test
    void aPageSaysWhatTheHelpSays() throws IOException {
        assertThat(page("shm-leaks"))
                .contains(".B \\-\\-older\\-than TIME", ".B REGION", "Exit 1 if there are any")
                .contains("class=com\\e.acme")
                .contains("(100)")
                .doesNotContain("${");
        assertThat(page("shm-export")).contains("mtrace, memdir");
    }

    /** No line of text begins with what only a macro of ours may begin with. */
    @Test
    void everyLineIsTextOrAMacroThatThereIs() throws IOException {
        for (Path page : pages()) {
            assertThat(Files.readAllLines(page))
                    .as(page.toString())
                    .allMatch(line -> line.matches("\\.(TH|SH|TP|B|BR|nf|fi)( .*)?") || !line.matches("[.'].*"))
                    .noneMatch(String::isEmpty);
        }
    }

    @Test
    void theTypesetterHasNothingToSay() throws Exception {
        Path groff = Stream.of(System.getenv("PATH").split(":"))
                .map(place -> Path.of(place, "groff"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(groff != null, "no groff here");
        for (String name : List.of("shm", "shm-leaks", "shm-export", "shm-demo")) {
            Path page = folder.resolve("man1").resolve(name + ".1");
            Process process = new ProcessBuilder(groff.toString(), "-man", "-ww", "-Tutf8", page.toString()).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).isZero();
            assertThat(err).isEmpty();
            // Bold is a letter over itself.
            assertThat(out.replaceAll(".\\x08", "")).contains("EXIT STATUS");
        }
    }
}
