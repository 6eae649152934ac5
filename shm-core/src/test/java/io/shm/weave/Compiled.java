package io.shm.weave;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Classes of a source that a test compiles, by name with dots. */
record Compiled(Map<String, byte[]> classes) {
    /** Compiles one source file against the class path of the tests. */
    static Compiled of(String className, String source, String... options) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        Map<String, ByteArrayOutputStream> out = new TreeMap<>();
        JavaFileManager files = new ForwardingJavaFileManager<>(compiler.getStandardFileManager(problems, null, null)) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("memory:/" + name.replace('.', '/') + ".class"), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return out.computeIfAbsent(name, any -> new ByteArrayOutputStream());
                    }
                };
            }
        };
        JavaFileObject file =
                new SimpleJavaFileObject(
                        URI.create("memory:/" + className.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreErrors) {
                        return source;
                    }
                };
        List<String> all = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), "-proc:none"));
        all.addAll(List.of(options));
        if (!compiler.getTask(null, files, problems, all, null, List.of(file)).call()) {
            throw new AssertionError(problems.getDiagnostics().toString());
        }
        Map<String, byte[]> classes = new TreeMap<>();
        out.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return new Compiled(classes);
    }

    Compiled with(UnaryOperator<byte[]> change) {
        Map<String, byte[]> changed = new TreeMap<>();
        classes.forEach((name, bytes) -> changed.put(name, change.apply(bytes)));
        return new Compiled(changed);
    }

    Compiled woven() {
        return with(bytes -> {
            byte[] woven = Weaver.weave(bytes).bytes();
            return woven == null ? bytes : woven;
        });
    }

    int calls() {
        return classes.values().stream()
                .mapToInt(bytes -> Weaver.weave(bytes).calls())
                .sum();
    }

    /** In a loader of their own, below the one of the tests. */
    Class<?> load(String name) throws ClassNotFoundException {
        return Class.forName(name, true, new ClassLoader(Compiled.class.getClassLoader()) {
            @Override
            protected Class<?> findClass(String wanted) throws ClassNotFoundException {
                byte[] bytes = classes.get(wanted);
                if (bytes == null) {
                    throw new ClassNotFoundException(wanted);
                }
                return defineClass(wanted, bytes, 0, bytes.length);
            }
        });
    }

    void writeTo(Path folder) throws IOException {
        for (Map.Entry<String, byte[]> entry : classes.entrySet()) {
            Path file = folder.resolve(entry.getKey().replace('.', '/') + ".class");
            Files.createDirectories(file.getParent());
            Files.write(file, entry.getValue());
        }
    }
}
