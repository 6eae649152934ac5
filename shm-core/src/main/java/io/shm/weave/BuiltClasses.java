package io.shm.weave;

import io.shm.weave.Weaver.Woven;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Weaves class files where a build has put them: in a folder, or in a jar. Doing it twice is as doing it once.
 *
 * <p>A file is replaced whole, by a new one that takes its name; one without calls is not touched. A crash leaves each file
 * as it was or woven, and perhaps a file {@code NAME.weaving} beside it. For one thread.
 */
public final class BuiltClasses {
    private static final String SUFFIX = ".weaving";

    private final boolean dryRun;
    private int classes;
    private int woven;
    private int calls;
    private final List<Left> left = new ArrayList<>();

    private BuiltClasses(boolean dryRun) {
        this.dryRun = dryRun;
    }

    /**
     * What was done.
     *
     * @param classes that were looked at
     * @param woven classes that have woven calls now and had not before
     * @param calls that were rewritten in them
     * @param left classes with calls that could not be rewritten
     */
    public record Report(int classes, int woven, int calls, List<Left> left) {}

    /** A class that stays as it is, and why. */
    public record Left(String name, String problem) {}

    /**
     * Weaves all classes of a folder, with those below it, or of a jar; or one class file. Jars in a folder or in another
     * jar are left alone.
     *
     * @param dryRun only looks
     * @throws IllegalArgumentException if it is none of these, or a signed jar, which would not be valid any more
     * @throws IOException if it cannot be read or written
     */
    public static Report weave(Path path, boolean dryRun) throws IOException {
        BuiltClasses built = new BuiltClasses(dryRun);
        Path real = path.toRealPath();
        if (Files.isDirectory(real)) {
            built.folder(real);
        } else if (isClass(real.toString())) {
            built.classFile(real, real.getFileName().toString());
        } else {
            built.jar(path, real);
        }
        return new Report(built.classes, built.woven, built.calls, List.copyOf(built.left));
    }

    private void folder(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && isClass(file.toString())) {
                    classFile(file, folder.relativize(file).toString());
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void classFile(Path file, String name) throws IOException {
        byte[] bytes = weave(name, Files.readAllBytes(file));
        if (bytes != null && !dryRun) {
            replace(file, to -> Files.write(to, bytes));
        }
    }

    /** The new class file; null if it stays as it is. */
    private byte[] weave(String name, byte[] classFile) {
        Woven result = Weaver.weave(classFile);
        classes++;
        if (!result.problem().isEmpty()) {
            left.add(new Left(name, result.problem()));
        }
        if (result.bytes() != null) {
            woven++;
            calls += result.calls();
        }
        return result.bytes();
    }

    // ---------------------------------------------------------------- jars

    private void jar(Path named, Path file) throws IOException {
        try (ZipFile jar = new ZipFile(file.toFile())) {
            refuseWhatCannotBeRewritten(named, file, jar);
            // First a look: a jar that has nothing to weave keeps every byte.
            int before = calls;
            for (Enumeration<? extends ZipEntry> all = jar.entries(); all.hasMoreElements(); ) {
                ZipEntry entry = all.nextElement();
                if (isClass(entry.getName())) {
                    weave(entry.getName(), read(jar, entry));
                }
            }
            if (calls > before && !dryRun) {
                replace(file, to -> copy(jar, to));
            }
        } catch (ZipException e) {
            throw new IllegalArgumentException(
                    named + " is no folder, no class file and no jar (" + e.getMessage() + ")", e);
        }
    }

    private static void refuseWhatCannotBeRewritten(Path named, Path file, ZipFile jar) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            if (in.read() != 'P' || in.read() != 'K') {
                throw new IllegalArgumentException(
                        named
                                + " has a program in front of the jar, which would be lost: weave the jar before that is added");
            }
        }
        for (Enumeration<? extends ZipEntry> all = jar.entries(); all.hasMoreElements(); ) {
            String name = all.nextElement().getName().toUpperCase(Locale.ROOT);
            if (name.startsWith("META-INF/") && name.indexOf('/', 9) < 0 && name.endsWith(".SF")) {
                throw new IllegalArgumentException(
                        named + " is signed, and would not be valid any more: weave it before it is signed");
            }
        }
    }

    /** All entries in their order, with their times and ways of storage. */
    private static void copy(ZipFile from, Path to) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
            if (from.getComment() != null) {
                out.setComment(from.getComment());
            }
            for (Enumeration<? extends ZipEntry> all = from.entries(); all.hasMoreElements(); ) {
                ZipEntry old = all.nextElement();
                byte[] bytes = read(from, old);
                byte[] woven = isClass(old.getName()) ? Weaver.weave(bytes).bytes() : null;
                write(out, old, woven == null ? bytes : woven);
            }
        }
    }

    private static void write(ZipOutputStream out, ZipEntry old, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(old);
        entry.setSize(bytes.length);
        entry.setCompressedSize(-1);
        CRC32 sum = new CRC32();
        sum.update(bytes);
        entry.setCrc(sum.getValue());
        out.putNextEntry(entry);
        out.write(bytes);
        out.closeEntry();
    }

    private static byte[] read(ZipFile jar, ZipEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }

    // ---------------------------------------------------------------- files

    private interface Writer {
        void write(Path to) throws IOException;
    }

    private static void replace(Path file, Writer writer) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + SUFFIX);
        try {
            writer.write(next);
            PosixFileAttributeView old = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (old != null) {
                Files.setPosixFilePermissions(next, old.readAttributes().permissions());
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    private static boolean isClass(String name) {
        return name.endsWith(".class");
    }
}
