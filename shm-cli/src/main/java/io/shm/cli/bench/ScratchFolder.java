package io.shm.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A folder for the time of a benchmark, and the processes that use it: gone when closed, and when we are interrupted. */
public final class ScratchFolder implements AutoCloseable {
    private final Path path;
    private final List<Worker> users = new CopyOnWriteArrayList<>();
    private final Thread atExit = new Thread(this::remove, "shm-bench-folder");

    private ScratchFolder(Path path) {
        this.path = path;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** In memory where the system offers that. */
    public static ScratchFolder inMemory() throws IOException {
        Path memory = Path.of("/dev/shm");
        return new ScratchFolder(
                Files.isWritable(memory)
                        ? Files.createTempDirectory(memory, "shm-bench-")
                        : Files.createTempDirectory("shm-bench-"));
    }

    /** Where programs can be started from. */
    public static ScratchFolder onDisk() throws IOException {
        return new ScratchFolder(Files.createTempDirectory("shm-bench-"));
    }

    public Path path() {
        return path;
    }

    /** It is killed before the folder goes. */
    public Worker usedBy(Worker worker) {
        users.add(worker);
        return worker;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException shuttingDown) {
            return;
        }
        remove();
    }

    private void remove() {
        users.forEach(Worker::kill);
        List<Path> all = new ArrayList<>();
        try (Stream<Path> found = Files.walk(path)) {
            found.forEach(all::add);
            for (int i = all.size() - 1; i >= 0; i--) {
                Files.deleteIfExists(all.get(i));
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("shm: " + path + " could not be removed: " + e.getMessage());
        }
    }
}
