package io.shm.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An unchanged program in a jar of its own, as a process: with the agent, with its manifest's, woven when it is built. */
@Timeout(300)
class WeavingIT {
    private static final Path TOOLKIT =
            Path.of(System.getProperty("shm.core.jar")).toAbsolutePath();

    @TempDir
    Path folder;

    private Path program;
    /** What the walk says, found out once. */
    private static List<String> walked;

    private static Map<String, byte[]> compiled;

    /** What a process said. */
    private record Run(int exit, List<String> out, String err) {}

    @BeforeEach
    void buildAndRunWithoutWeaving() throws Exception {
        program = jar("program.jar", Map.of(), classes());
        if (walked == null) {
            List<String> found = run(List.of(), program, "always").out();
            assertThat(found)
                    .hasSizeGreaterThan(35)
                    .anyMatch(line -> line.startsWith("1 com.acme.Sample.<clinit>(Sample.java:"));
            assertThat(run(List.of(), program, "off").out())
                    .filteredOn(WeavingIT::isKnown)
                    .hasSize(2);
            walked = found;
        }
    }

    private static boolean isKnown(String line) {
        return !line.endsWith("(unknown)");
    }

    private static Map<String, byte[]> classes() throws IOException {
        if (compiled == null) {
            compiled = new TreeMap<>(Compiled.of(Samples.NAME, Samples.source(), "--release", "17")
                    .classes());
            compiled.putAll(compiledProgram(0).classes());
        }
        return compiled;
    }

    /** With lines in front that move all others down. */
    private static Compiled compiledProgram(int linesBefore) throws IOException {
        try (InputStream in = WeavingIT.class.getResourceAsStream("/weave/Program.java.txt")) {
            String source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Compiled sample = Compiled.of(Samples.NAME, Samples.source(), "--release", "17");
            Path classes = Files.createTempDirectory("shm-weave");
            try {
                sample.writeTo(classes);
                return Compiled.of(
                        "com.acme.Program",
                        "\n".repeat(linesBefore) + source,
                        "--release",
                        "17",
                        "-cp",
                        System.getProperty("java.class.path") + File.pathSeparator + classes);
            } finally {
                try (var files = Files.walk(classes)) {
                    for (Path file :
                            files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    private Path jar(String name, Map<String, String> attributes, Map<String, byte[]> classes) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.forEach(manifest.getMainAttributes()::putValue);
        Path jar = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest)) {
            for (Map.Entry<String, byte[]> each : classes.entrySet()) {
                entries.putNextEntry(new JarEntry(each.getKey().replace('.', '/') + ".class"));
                entries.write(each.getValue());
            }
        }
        return jar;
    }

    /** The toolkit's jar and what it needs; not ASM, and nothing of the tests. */
    private static List<Path> libraries() {
        List<Path> libraries = new ArrayList<>(List.of(TOOLKIT));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String file = Path.of(entry).getFileName().toString();
            if (file.startsWith("jna-") || file.startsWith("chronicle-") || file.startsWith("slf4j-api")) {
                libraries.add(Path.of(entry));
            }
        }
        return libraries;
    }

    private Run run(List<String> flags, Path jar, String... args) throws Exception {
        List<String> command = new ArrayList<>(flags);
        command.add("-cp");
        command.add(jar
                + File.pathSeparator
                + libraries().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        command.add("com.acme.Program");
        return java(command, args);
    }

    private Run java(List<String> flags, String... args) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m"));
        command.addAll(flags);
        if (args.length > 0) {
            command.add(folder.resolve("region").toString());
            command.addAll(Arrays.asList(args));
        }
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            int exit = process.waitFor();
            Run run = new Run(exit, Files.readAllLines(out), Files.readString(err));
            assertThat(run.exit()).as(run.err()).isZero();
            return run;
        } finally {
            process.destroyForcibly();
        }
    }

    /** With and without the walk: the same lines, except that only the walk sees through references and reflection. */
    private void showsItsSites(List<String> always, List<String> off) {
        assertThat(always).isEqualTo(walked);
        assertThat(off).hasSameSizeAs(walked);
        for (int i = 0; i < walked.size(); i++) {
            boolean fallback = walked.get(i).startsWith("70 ") || walked.get(i).startsWith("71 ");
            assertThat(off.get(i)).isEqualTo(fallback ? walked.get(i).substring(0, 3) + "(unknown)" : walked.get(i));
        }
    }

    @Test
    void withTheAgent() throws Exception {
        List<String> agent = List.of("-javaagent:" + TOOLKIT);

        Run run = run(agent, program, "always");
        showsItsSites(run.out(), run(agent, program, "off").out());
        assertThat(run.err()).doesNotContain("shm weave:");
    }

    @Test
    void withTheAgentOfItsManifest() throws Exception {
        Path jar = jar(
                "launched.jar",
                Map.of(
                        "Main-Class",
                        "com.acme.Program",
                        "Launcher-Agent-Class",
                        WeavingAgent.class.getName(),
                        "Class-Path",
                        libraries().stream()
                                .map(Path::toUri)
                                .map(Object::toString)
                                .collect(Collectors.joining(" "))),
                classes());

        Run run = java(List.of("-jar", jar.toString()), "always");
        showsItsSites(run.out(), java(List.of("-jar", jar.toString()), "off").out());
        assertThat(run.err()).doesNotContain("Java agent").doesNotContain("shm weave:");
    }

    @Test
    void wovenWhenItIsBuilt() throws Exception {
        List<String> weave = List.of("-jar", TOOLKIT.toString(), program.toString());

        assertThat(java(weave).out()).hasSize(1).first().asString().matches(".*classes \\d+, woven [34], calls \\d\\d");
        byte[] once = Files.readAllBytes(program);
        showsItsSites(
                run(List.of(), program, "always").out(),
                run(List.of(), program, "off").out());
        assertThat(java(weave).out().get(0)).endsWith("woven 0, calls 0");
        assertThat(Files.readAllBytes(program)).isEqualTo(once);
        // And with the agent on top: nothing is left to do.
        assertThat(run(List.of("-javaagent:" + TOOLKIT), program, "always").out())
                .isEqualTo(walked);
    }

    @Test
    void wrappersAreDeclaredToTheAgent() throws Exception {
        List<String> out = run(
                        List.of("-javaagent:" + TOOLKIT + "=verbose,transparent=com.acme.Sample.plain:com.acme.None*"),
                        program,
                        "always")
                .out();

        assertThat(out).anyMatch(line -> line.startsWith("10 com.acme.Sample.run(Sample.java:"));
        assertThat(out).noneMatch(line -> line.contains("Sample.plain"));
        assertThat(run(List.of("-Dshm.transparent=com.acme.Sample"), program, "always")
                        .out())
                .noneMatch(line -> line.contains("acme.Sample.plain"));
    }

    @Test
    void theAgentTellsWhatItDoesAndWhatItIsNotToldRight() throws Exception {
        String err = run(List.of("-javaagent:" + TOOLKIT + "=verbose,quick"), program, "off")
                .err();

        assertThat(err).contains("shm weave: no option 'quick'").contains("shm weave: com/acme/Sample: calls woven: ");
    }

    @Test
    void newCodeForAClassHasTheLinesOfTheNewCode() throws Exception {
        Path agent = jar(
                "changing.jar", Map.of("Premain-Class", "com.acme.Program", "Can-Redefine-Classes", "true"), classes());
        Path next = Files.write(
                folder.resolve("Changing.class"), compiledProgram(10).classes().get("com.acme.Changing"));
        List<String> out = run(
                        List.of("-javaagent:" + TOOLKIT, "-javaagent:" + agent), agent, "always", next.toString())
                .out();

        assertThat(out).hasSize(4);
        assertThat(out.get(2)).isEqualTo(later(out.get(0)));
        assertThat(out.get(3)).isEqualTo(later(out.get(1)));
        assertThat(out).noneMatch(line -> line.endsWith("(unknown)"));
    }

    private static String later(String site) {
        int colon = site.lastIndexOf(':');
        int line = Integer.parseInt(site.substring(colon + 1, site.length() - 1));
        return site.substring(0, colon + 1) + (line + 10) + ")";
    }

    @Test
    void attachedToAProgramThatRunsItWeavesWhatIsLoaded() throws Exception {
        List<String> out = run(
                        List.of("-Djdk.attach.allowAttachSelf=true", "--add-modules=jdk.attach"),
                        program,
                        "off",
                        TOOLKIT.toString())
                .out();

        assertThat(out.get(0)).isEqualTo("1 (unknown)");
        assertThat(out.get(2)).startsWith("1 com.acme.Changing.allocate(Program.java:");
    }
}
