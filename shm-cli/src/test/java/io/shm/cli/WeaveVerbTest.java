package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code shm weave}. */
class WeaveVerbTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    @TempDir
    Path folder;

    private Path classes;

    @BeforeEach
    void compile() throws IOException {
        Path source = Files.writeString(folder.resolve("Rx.java"), """
                package com.acme;
                public class Rx {
                    io.shm.heap.Block poll(io.shm.Region region) { return region.allocate(17); }
                    static class Idle {}
                }
                """);
        classes = Files.createDirectory(folder.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int failed = compiler.run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
        assertThat(failed).isZero();
    }

    private Path rx() {
        return classes.resolve("com/acme/Rx.class");
    }

    private Path jar(String more) throws IOException {
        Path jar = folder.resolve("app.jar");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            out.setComment("made by hand");
            out.putNextEntry(new ZipEntry("META-INF/"));
            out.closeEntry();
            for (String name : new String[] {more, "com/acme/Rx.class", "stored.txt"}) {
                byte[] bytes =
                        name.endsWith(".class") ? Files.readAllBytes(rx()) : name.getBytes(StandardCharsets.UTF_8);
                ZipEntry entry = new ZipEntry(name);
                entry.setLastModifiedTime(LONG_AGO);
                entry.setMethod(name.equals("stored.txt") ? ZipEntry.STORED : ZipEntry.DEFLATED);
                CRC32 sum = new CRC32();
                sum.update(bytes);
                entry.setCrc(sum.getValue());
                entry.setSize(bytes.length);
                out.putNextEntry(entry);
                out.write(bytes);
                out.closeEntry();
            }
        }
        return jar;
    }

    @Test
    void aFolderOnceAndTwice() throws IOException {
        byte[] idle = Files.readAllBytes(classes.resolve("com/acme/Rx$Idle.class"));
        Files.setPosixFilePermissions(rx(), PosixFilePermissions.fromString("rw-r-----"));

        assertThat(Cli.run("weave", classes.toString()))
                .isEqualTo(new Cli(0, classes + ": wove 1 call in 1 class of 2\n", ""));
        byte[] once = Files.readAllBytes(rx());
        assertThat(new String(once, StandardCharsets.ISO_8859_1)).contains("io/shm/weave/CallSites");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rx())))
                .isEqualTo("rw-r-----");
        assertThat(Files.readAllBytes(classes.resolve("com/acme/Rx$Idle.class")))
                .isEqualTo(idle);

        assertThat(Cli.run("weave", classes.toString()).out()).isEqualTo(classes + ": nothing to weave in 2 classes\n");
        assertThat(Files.readAllBytes(rx())).isEqualTo(once);
        try (var files = Files.walk(classes)) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(2);
        }
    }

    @Test
    void aJarKeepsAllElse() throws IOException {
        Path jar = jar("META-INF/notes/SIGNED.SF");
        assertThat(Cli.run("weave", jar.toString()).out()).isEqualTo(jar + ": wove 1 call in 1 class of 1\n");

        byte[] once = Files.readAllBytes(jar);
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            assertThat(zip.getComment()).isEqualTo("made by hand");
            assertThat(zip.stream().map(ZipEntry::getName))
                    .containsExactly("META-INF/", "META-INF/notes/SIGNED.SF", "com/acme/Rx.class", "stored.txt");
            assertThat(zip.getEntry("stored.txt").getMethod()).isEqualTo(ZipEntry.STORED);
            assertThat(zip.getEntry("com/acme/Rx.class").getLastModifiedTime()).isEqualTo(LONG_AGO);
            try (InputStream in = zip.getInputStream(zip.getEntry("stored.txt"))) {
                assertThat(in)
                        .hasSameContentAs(new ByteArrayInputStream("stored.txt".getBytes(StandardCharsets.UTF_8)));
            }
        }
        assertThat(Cli.run("weave", jar.toString()).code()).isZero();
        assertThat(Files.readAllBytes(jar)).isEqualTo(once);
    }

    @Test
    void aDryRunChangesNothing() throws IOException {
        byte[] before = Files.readAllBytes(rx());

        assertThat(Cli.run("weave", "--dry-run", classes.toString()).out())
                .isEqualTo(classes + ": would weave 1 call in 1 class of 2\n");
        assertThat(Files.readAllBytes(rx())).isEqualTo(before);
    }

    @Test
    void inJsonWithWhatWasLeft() throws IOException {
        byte[] bytes = Files.readAllBytes(rx());
        bytes[7] = 50;
        Files.write(rx(), bytes);
        Map<String, Object> json =
                Cli.run("weave", "--json", classes.toString()).json();

        assertThat(json).containsEntry("schema", "shm.weave/1").containsEntry("dryRun", false);
        Map<String, Object> path = Cli.objects(json, "paths").get(0);
        assertThat(path).containsEntry("classes", 2L).containsEntry("woven", 0L).containsEntry("calls", 0L);
        List<Map<String, Object>> left = Cli.objects(path, "left");
        assertThat(left).hasSize(1);
        assertThat(left.get(0))
                .containsEntry("class", "com/acme/Rx.class")
                .containsEntry("problem", "class file version 50 has no invokedynamic; 51 or later has");
        assertThat(Files.readAllBytes(rx())).isEqualTo(bytes);
    }

    @Test
    void whatIsNoProgramIsTheUsersMistake() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "no jar");
        Path signed = jar("META-INF/SIGNED.SF");
        byte[] before = Files.readAllBytes(signed);

        assertThat(Cli.run("weave", text.toString()).code()).isEqualTo(2);
        assertThat(Cli.run("weave", folder.resolve("none").toString()).code()).isEqualTo(3);
        assertThat(Cli.run("weave").code()).isEqualTo(2);
        Cli cli = Cli.run("weave", signed.toString());
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).contains("is signed");
        assertThat(Files.readAllBytes(signed)).isEqualTo(before);
    }

    @Test
    void aProgramInFrontOfAJarIsNotLost() throws IOException {
        Path jar = jar("a.txt");
        byte[] bytes = Files.readAllBytes(jar);
        Files.writeString(jar, "#!/bin/sh\nexec java -jar $0\n");
        Files.write(jar, bytes, java.nio.file.StandardOpenOption.APPEND);
        byte[] before = Files.readAllBytes(jar);

        assertThat(Cli.run("weave", jar.toString()).code()).isEqualTo(2);
        assertThat(Files.readAllBytes(jar)).isEqualTo(before);
    }
}
