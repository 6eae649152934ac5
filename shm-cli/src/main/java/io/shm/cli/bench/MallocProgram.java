package io.shm.cli.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** malloc and free in C, compiled here and now into a temporary folder. */
final class MallocProgram implements AutoCloseable {
    private final ScratchFolder folder;
    private final Path program;

    private MallocProgram(ScratchFolder folder) {
        this.folder = folder;
        this.program = folder.path().resolve("malloc");
    }

    /** Null where there is no C compiler that makes a running program of it. */
    static MallocProgram compile() throws IOException, InterruptedException {
        MallocProgram made = new MallocProgram(ScratchFolder.onDisk());
        Path source = made.folder.path().resolve("malloc.c");
        try (InputStream code = MallocProgram.class.getResourceAsStream("malloc.c")) {
            Files.copy(code, source);
            for (String compiler : new String[] {"gcc", "cc", "clang"}) {
                if (compiles(compiler, source, made.program)) {
                    return made;
                }
            }
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            made.close();
            throw e;
        }
        made.close();
        return null;
    }

    /** Without the flag the compiler sees that a pair has no effect, and removes it. */
    private static boolean compiles(String compiler, Path source, Path program) throws InterruptedException {
        try {
            return new ProcessBuilder(
                                    compiler,
                                    "-O2",
                                    "-fno-builtin",
                                    "-pthread",
                                    "-o",
                                    program.toString(),
                                    source.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    Process start() throws IOException {
        return new ProcessBuilder(program.toString()).start();
    }

    @Override
    public void close() {
        folder.close();
    }
}
