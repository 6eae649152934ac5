package io.shm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README tells a reader to type, to click and to write is there. */
class ReadmeTest {
    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final Pattern COMMAND = Pattern.compile("^(?:\\$ )?scripts/(\\S+)(.*)$", Pattern.MULTILINE);
    private static final Pattern FENCED_JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\((?!http)([^)#]+)\\)");

    private final String readme = read(ROOT.resolve("README.md"));

    @Test
    void scriptsAreThere() {
        assertThat(commands())
                .extracting(command -> command.get(0))
                .contains("example", "shm", "test")
                .allSatisfy(script ->
                        assertThat(ROOT.resolve("scripts").resolve(script)).isExecutable());
    }

    @Test
    void verbsAndTheirOptionsAreThere() {
        String commandLine = sourcesBelow("shm-cli/src/main/java");

        assertThat(commands())
                .filteredOn(command -> command.get(0).equals("shm"))
                .isNotEmpty()
                .allSatisfy(command -> {
                    assertThat(commandLine).contains("name = \"" + command.get(1) + "\"");
                    assertThat(command)
                            .filteredOn(word -> word.startsWith("--"))
                            .allSatisfy(option -> assertThat(commandLine).contains("\"" + option + "\""));
                });
    }

    @Test
    void examplesAreThere() {
        assertThat(commands())
                .filteredOn(command -> command.get(0).equals("example"))
                .isNotEmpty()
                .allSatisfy(command -> assertThat(ROOT.resolve("examples/src/main/java/io/shm/examples")
                                .resolve(command.get(1).replace("-", ""))
                                .resolve("Main.java"))
                        .exists());
    }

    @Test
    void linksLeadSomewhere() {
        assertThat(LINK.matcher(readme).results().map(link -> link.group(1)))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
    }

    @Test
    void codeIsWhatIsCompiledHere() {
        String compiled = withoutBlanks(read(ROOT.resolve("examples/src/test/java/io/shm/examples/ReadmeSample.java")));

        assertThat(FENCED_JAVA.matcher(readme).results().map(code -> code.group(1)))
                .hasSizeGreaterThan(5)
                .allSatisfy(code -> assertThat(compiled).contains(withoutBlanks(code)));
    }

    /** The words of each line that is a command of ours: script, arguments. */
    private List<List<String>> commands() {
        return COMMAND.matcher(readme).results().map(ReadmeTest::words).toList();
    }

    private static List<String> words(MatchResult line) {
        List<String> words = new ArrayList<>(List.of(line.group(1)));
        words.addAll(Arrays.stream(line.group(2).strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList());
        return words;
    }

    private static String sourcesBelow(String folder) {
        try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(ReadmeTest::read)
                    .collect(Collectors.joining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withoutBlanks(String text) {
        return text.replaceAll("\\s", "");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
