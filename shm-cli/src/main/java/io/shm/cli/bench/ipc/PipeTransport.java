package io.shm.cli.bench.ipc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Two named pipes. The folder has them: see {@link IpcBench}. */
final class PipeTransport implements Transport {
    @Override
    public String title() {
        return "pipe";
    }

    @Override
    public boolean carries(int size) {
        return size >= Long.BYTES;
    }

    @Override
    public Link open(End end) throws IOException {
        // An open waits for the other end, so both ends open them in one order.
        FileChannel there = open(end.folder().resolve("there"), end.isFirst());
        FileChannel back = open(end.folder().resolve("back"), !end.isFirst());
        return end.isFirst() ? new ByteStream(back, there, end.size()) : new ByteStream(there, back, end.size());
    }

    private static FileChannel open(Path pipe, boolean writes) throws IOException {
        return FileChannel.open(pipe, writes ? StandardOpenOption.WRITE : StandardOpenOption.READ);
    }
}
