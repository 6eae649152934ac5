package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.layout.Field;
import io.shm.layout.Geometry;
import io.shm.layout.RegionMap;
import io.shm.layout.SizeClasses;
import io.shm.ledger.BlockState;
import io.shm.ledger.FaultKind;
import io.shm.ledger.Invariant;
import io.shm.ledger.SlabState;
import io.shm.participant.ParticipantState;
import io.shm.segment.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of DESIGN.md are what the code says, and what it names exists. */
class DesignTablesTest {
    /** A row of a layout, in the document and in the Javadoc of its class. */
    private record Row(int offset, int size, String name, String access, String recovery) {}

    private static final Pattern JAVADOC_ROW =
            Pattern.compile("(?m)^ \\* +(\\d+) +(\\d+) +(\\S+) +(plain|release|cas|-) +(\\S+)$");
    private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z]+)\\.([A-Za-z_]+)`");

    private static final Path MODULE =
            Files.isDirectory(Path.of("src/main/java/io/shm")) ? Path.of("") : Path.of("shm-core");
    private static final String DESIGN = read(MODULE.resolve("DESIGN.md"));

    @Test
    void everyLayoutHasItsTable() throws ReflectiveOperationException {
        List<Path> layouts = sources("src/main/java/io/shm/layout")
                .filter(path -> path.toString().endsWith("Layout.java"))
                .sorted()
                .toList();
        assertThat(layouts).isNotEmpty();
        for (Path source : layouts) {
            String name = nameOf(source);
            Class<?> layout = Class.forName("io.shm.layout." + name);
            Map<String, Row> inJavadoc = new HashMap<>();
            JAVADOC_ROW
                    .matcher(read(source))
                    .results()
                    .map(DesignTablesTest::row)
                    .forEach(row -> inJavadoc.put(row.name(), row));
            List<Row> expected = new ArrayList<>();
            for (Object entry : (List<?>) layout.getField("FIELDS").get(null)) {
                Field field = (Field) entry;
                Row documented = inJavadoc.get(field.name());
                expected.add(new Row(
                        field.offset(), field.size(), field.name(), documented.access(), documented.recovery()));
            }
            List<List<String>> table = tableOf(name);
            assertThat(table.subList(0, table.size() - 1))
                    .as("table of %s", name)
                    .extracting(cells -> new Row(
                            Integer.parseInt(cells.get(0)),
                            Integer.parseInt(cells.get(1)),
                            cells.get(2).replace("`", ""),
                            cells.get(3),
                            cells.get(4).replace("`", "")))
                    .isEqualTo(expected);
            assertThat(table.get(table.size() - 1).subList(0, 3))
                    .as("end of %s", name)
                    .containsExactly(Integer.toString(layout.getField("LENGTH").getInt(null)), "", "end");
        }
    }

    @Test
    void theSizeClassesAreWhatTheCodeComputes() {
        List<List<String>> expected = IntStream.range(0, SizeClasses.COUNT)
                .mapToObj(i -> {
                    Geometry run = Geometry.ofClass(i);
                    long runBytes = run.slabs() * Geometry.SLAB_BYTES;
                    return cells(
                            i,
                            run.blockBytes(),
                            run.slabs(),
                            run.count(),
                            run.count() * 64L,
                            run.overhead(),
                            run.remainder(),
                            String.format(
                                    Locale.ROOT,
                                    "%.1f %%",
                                    100.0 * (runBytes - run.count() * run.blockBytes()) / runBytes));
                })
                .toList();
        assertThat(tableOf("Size classes")).isEqualTo(expected);
    }

    @Test
    void theTablesGrowAsTheMapComputes() {
        List<List<String>> table = tableOf("Table sizes");
        List<List<String>> expected = table.stream()
                .map(row -> {
                    long mebibytes = Long.parseLong(row.get(0));
                    long size = mebibytes << 20;
                    RegionMap map = RegionMap.forSize(size, 0);
                    return cells(
                            mebibytes,
                            map.historyCount(),
                            map.rootCount(),
                            map.tagCount(),
                            map.siteCount(),
                            map.textBytes(),
                            map.faultCount(),
                            map.slabLimit(),
                            map.slabAt(0),
                            (size - map.slabAt(0)) >>> Geometry.SLAB_SHIFT,
                            String.format(Locale.ROOT, "%.1f %%", 100.0 * map.slabAt(0) / size));
                })
                .toList();
        assertThat(table).isNotEmpty().isEqualTo(expected);
    }

    @Test
    void theCodesOfStatesAndKindsAreRight() {
        assertThat(codesIn("Block states")).isEqualTo(codes(BlockState.values(), BlockState::code));
        assertThat(codesIn("Slab states")).isEqualTo(codes(SlabState.values(), SlabState::code));
        assertThat(codesIn("Participant states")).isEqualTo(codes(ParticipantState.values(), ParticipantState::code));
        assertThat(codesIn("Fault kinds")).isEqualTo(codes(FaultKind.values(), FaultKind::code));
        assertThat(codesIn("Kinds")).isEqualTo(codes(Kind.values(), Kind::code));
    }

    @Test
    void theInvariantsAreThoseOfTheCode() {
        assertThat(tableOf("Invariants"))
                .isEqualTo(Arrays.stream(Invariant.values())
                        .map(rule -> cells(
                                "`" + rule.label() + "`",
                                rule.sentence(),
                                rule.remedy().label()))
                        .toList());
    }

    /** {@code Class.member} of a class of this module: methods, constants, and the tests of the crash matrix. */
    @Test
    void whatItNamesExists() {
        Map<String, String> sources = Stream.of("src/main/java", "src/test/java")
                .flatMap(DesignTablesTest::sources)
                .collect(Collectors.toMap(DesignTablesTest::nameOf, DesignTablesTest::read, (a, b) -> a + b));
        List<String> missing = NAMED.matcher(DESIGN)
                .results()
                .filter(named -> !Pattern.compile("\\b" + named.group(2) + "\\b")
                        .matcher(sources.getOrDefault(named.group(1), ""))
                        .find())
                .map(MatchResult::group)
                .distinct()
                .toList();
        assertThat(missing).isEmpty();
    }

    // ---------------------------------------------------------------- reading

    /** The rows of the first table below a heading that ends with the name; header and rule are left out. */
    private static List<List<String>> tableOf(String name) {
        Matcher heading = Pattern.compile("(?m)^#+ (?:.*[ `])?" + Pattern.quote(name) + "`?$")
                .matcher(DESIGN);
        assertThat(heading.find()).as("heading '%s' in DESIGN.md", name).isTrue();
        List<List<String>> rows = DESIGN.substring(heading.end())
                .lines()
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Arrays.stream(line.substring(1).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .map(cells -> cells.subList(0, cells.size() - 1))
                .toList();
        return rows.subList(2, rows.size());
    }

    private static Map<String, Integer> codesIn(String name) {
        return tableOf(name).stream()
                .collect(Collectors.toMap(row -> row.get(1).replace("`", ""), row -> Integer.parseInt(row.get(0))));
    }

    private static <E extends Enum<E>> Map<String, Integer> codes(E[] values, ToIntFunction<E> code) {
        return Arrays.stream(values).collect(Collectors.toMap(Enum::name, code::applyAsInt));
    }

    private static List<String> cells(Object... values) {
        return Arrays.stream(values).map(Object::toString).toList();
    }

    private static Row row(MatchResult found) {
        return new Row(
                Integer.parseInt(found.group(1)),
                Integer.parseInt(found.group(2)),
                found.group(3),
                found.group(4),
                found.group(5));
    }

    private static Stream<Path> sources(String folder) {
        try (Stream<Path> files = Files.walk(MODULE.resolve(folder))) {
            return files.filter(path -> path.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String nameOf(Path source) {
        return source.getFileName().toString().replace(".java", "");
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
