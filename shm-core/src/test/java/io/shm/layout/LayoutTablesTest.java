package io.shm.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table in the Javadoc of each layout says what its constants say, and the fields fill the structure. */
class LayoutTablesTest {
    private static final Pattern PRE = Pattern.compile("<pre>(.*?)</pre>", Pattern.DOTALL);
    private static final Pattern HEADER = Pattern.compile("offset\\s+size\\s+field\\s+access\\s+recovery");
    private static final Pattern ROW =
            Pattern.compile("(\\d+)\\s+(\\d+)\\s+(\\S+)\\s+(plain|release|cas|-)\\s+(\\S.*)");
    private static final Pattern END = Pattern.compile("(\\d+)\\s+end");
    private static final Set<Integer> ALIGNED_SIZES = Set.of(1, 2, 4, 8);

    /** A field as one of the two sources states it. */
    private record Entry(String name, int offset, int size) {}

    private record Table(List<Entry> entries, int end) {}

    @TestFactory
    Stream<DynamicTest> theTableIsWhatTheConstantsSay() throws IOException {
        Path folder = sourceFolder();
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files
                    .filter(file -> file.getFileName().toString().endsWith("Layout.java"))
                    .sorted()
                    .toList()
                    .stream()
                    .map(file -> dynamicTest(
                            file.getFileName().toString(),
                            () -> assertThat(problemsOf(file)).isEmpty()));
        }
    }

    private static final String GOOD = """
            /**
             * Byte layout of a made-up record.
             *
             * <pre>
             * a picture without numbers
             * </pre>
             *
             * <pre>
             * offset  size  field     access   recovery
             *      0     8  STATE     cas      MadeUpStates
             *      8     4  SIZE      plain    trusted
             *     12     4  PADDING   -        ignored
             *     16        end
             * </pre>
             */
            """;

    private static final List<Entry> GOOD_FIELDS =
            List.of(new Entry("STATE", 0, 8), new Entry("SIZE", 8, 4), new Entry("PADDING", 12, 4));

    @Test
    void acceptsATableThatAgrees() {
        assertThat(problems(GOOD, GOOD_FIELDS, 16)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            8     4  SIZE      | 8     8  SIZE      | table and FIELDS differ
            8     4  SIZE      | 9     4  SIZE      | table and FIELDS differ
            8     4  SIZE      | 8     4  LENGTH    | table and FIELDS differ
            16        end      | 24        end      | the table ends at 24
            16        end      | 16                 | cannot read
            cas      MadeUp    | often    MadeUp    | cannot read
            MadeUpStates       | ''                 | cannot read
            offset  size       | size  offset       | no table
            """)
    void refusesATableThatHasDrifted(String right, String wrong, String complaint) {
        assertThat(GOOD).contains(right);
        assertThat(problems(GOOD.replace(right, wrong), GOOD_FIELDS, 16))
                .anySatisfy(problem -> assertThat(problem).contains(complaint));
    }

    @Test
    void refusesALengthThatHasDrifted() {
        assertThat(problems(GOOD, GOOD_FIELDS, 24))
                .anySatisfy(problem -> assertThat(problem).contains("LENGTH is 24"));
    }

    @ParameterizedTest
    @CsvSource({
        "4,  8,  overlaps",
        "16, 8,  gap",
        "8,  16, LENGTH is 16",
        "8,  -1, not positive",
    })
    void refusesFieldsThatDoNotFillTheStructure(int offset, int size, String complaint) {
        List<Entry> fields = List.of(new Entry("A", 0, 8), new Entry("B", offset, size));
        assertThat(fieldProblems(fields, 16))
                .anySatisfy(problem -> assertThat(problem).contains(complaint));
    }

    @Test
    void refusesAFieldOffItsNaturalAlignment() {
        List<Entry> fields = List.of(new Entry("A", 0, 4), new Entry("B", 4, 8));
        assertThat(fieldProblems(fields, 12))
                .anySatisfy(problem -> assertThat(problem).contains("B is not aligned"));
    }

    @Test
    void refusesAFieldNamedTwice() {
        List<Entry> fields = List.of(new Entry("A", 0, 4), new Entry("A", 4, 4));
        assertThat(fieldProblems(fields, 8))
                .anySatisfy(problem -> assertThat(problem).contains("A is there twice"));
    }

    private static List<String> problemsOf(Path source) throws ReflectiveOperationException, IOException {
        String simpleName = source.getFileName().toString().replace(".java", "");
        Class<?> layout = Class.forName("io.shm.layout." + simpleName);
        List<Entry> fields = new ArrayList<>();
        for (Object field : (List<?>) layout.getField("FIELDS").get(null)) {
            fields.add(new Entry((String) component(field, "name"), (int) component(field, "offset"), (int)
                    component(field, "size")));
        }
        String text = Files.readString(source);
        String documentation = text.substring(0, Math.max(0, text.indexOf("class " + simpleName)));
        List<String> problems =
                problems(documentation, fields, layout.getField("LENGTH").getInt(null));
        for (Entry field : fields) {
            offsetConstant(layout, field.name())
                    .filter(offset -> offset != field.offset())
                    .forEach(offset -> problems.add(
                            "%s_OFFSET is %d, FIELDS says %d".formatted(field.name(), offset, field.offset())));
        }
        return problems;
    }

    private static Stream<Integer> offsetConstant(Class<?> layout, String name) throws ReflectiveOperationException {
        for (java.lang.reflect.Field constant : layout.getDeclaredFields()) {
            if (constant.getName().equals(name + "_OFFSET") && Modifier.isStatic(constant.getModifiers())) {
                constant.setAccessible(true);
                return Stream.of(((Number) constant.get(null)).intValue());
            }
        }
        return Stream.empty();
    }

    private static Object component(Object field, String name) throws ReflectiveOperationException {
        var accessor = field.getClass().getDeclaredMethod(name);
        accessor.setAccessible(true);
        return accessor.invoke(field);
    }

    private static List<String> problems(String documentation, List<Entry> fields, int length) {
        List<String> problems = fieldProblems(fields, length);
        Matcher pre = PRE.matcher(documentation);
        while (pre.find()) {
            List<String> lines = pre.group(1)
                    .lines()
                    .map(line -> line.replaceFirst("^\\s*\\*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (!lines.isEmpty() && HEADER.matcher(lines.get(0)).matches()) {
                problems.addAll(tableProblems(lines.subList(1, lines.size()), fields, length));
                return problems;
            }
        }
        problems.add("no table 'offset size field access recovery' in a <pre> of the class's Javadoc");
        return problems;
    }

    private static List<String> tableProblems(List<String> lines, List<Entry> fields, int length) {
        List<String> problems = new ArrayList<>();
        Table table = readTable(lines, problems);
        if (!table.entries().equals(fields)) {
            problems.add("table and FIELDS differ:\n  table  %s\n  FIELDS %s".formatted(table.entries(), fields));
        }
        if (table.end() != length) {
            problems.add("the table ends at %d, LENGTH is %d".formatted(table.end(), length));
        }
        return problems;
    }

    private static Table readTable(List<String> lines, List<String> problems) {
        List<Entry> entries = new ArrayList<>();
        int end = -1;
        for (String line : lines) {
            Matcher row = ROW.matcher(line);
            Matcher last = END.matcher(line);
            if (end < 0 && row.matches()) {
                entries.add(new Entry(row.group(3), Integer.parseInt(row.group(1)), Integer.parseInt(row.group(2))));
            } else if (end < 0 && last.matches()) {
                end = Integer.parseInt(last.group(1));
            } else {
                problems.add("cannot read the table's line '%s'".formatted(line));
            }
        }
        return new Table(entries, end);
    }

    private static List<String> fieldProblems(List<Entry> fields, int length) {
        List<String> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int expected = 0;
        for (Entry field : fields) {
            if (!names.add(field.name())) {
                problems.add("%s is there twice".formatted(field.name()));
            }
            if (field.size() <= 0) {
                problems.add("the size of %s is not positive: %d".formatted(field.name(), field.size()));
            }
            if (field.offset() < expected) {
                problems.add("%s at %d overlaps what ends at %d".formatted(field.name(), field.offset(), expected));
            }
            if (field.offset() > expected) {
                problems.add("a gap before %s, from %d to %d: name the padding"
                        .formatted(field.name(), expected, field.offset()));
            }
            if (ALIGNED_SIZES.contains(field.size()) && field.offset() % field.size() != 0) {
                problems.add("%s is not aligned: %d bytes at %d".formatted(field.name(), field.size(), field.offset()));
            }
            expected = field.offset() + field.size();
        }
        if (expected != length) {
            problems.add("the fields end at %d, LENGTH is %d".formatted(expected, length));
        }
        return problems;
    }

    /** The module's own folder when Maven runs the test; an IDE may start in the folder above. */
    private static Path sourceFolder() {
        Path inModule = Path.of("src/main/java/io/shm/layout");
        return Files.isDirectory(inModule) ? inModule : Path.of("shm-core").resolve(inModule);
    }
}
