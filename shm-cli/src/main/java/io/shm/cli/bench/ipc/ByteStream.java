package io.shm.cli.bench.ipc;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** Messages through the kernel: each is written whole, and read whole into one buffer. */
final class ByteStream implements Link {
    private final ReadableByteChannel in;
    private final WritableByteChannel out;
    private final ByteBuffer sending;
    private final ByteBuffer receiving;

    ByteStream(ReadableByteChannel in, WritableByteChannel out, int size) {
        this.in = in;
        this.out = out;
        this.sending = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
        this.receiving = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void send(long value) throws IOException {
        sending.clear();
        for (int page = 0; page < sending.limit(); page += End.PAGE) {
            sending.putLong(page, value);
        }
        while (sending.hasRemaining()) {
            out.write(sending);
        }
    }

    @Override
    public long receive() throws IOException {
        receiving.clear();
        while (receiving.hasRemaining()) {
            if (in.read(receiving) < 0) {
                throw new EOFException("the other process is gone");
            }
        }
        long value = receiving.getLong(0);
        long differences = 0;
        for (int page = End.PAGE; page < receiving.limit(); page += End.PAGE) {
            differences |= receiving.getLong(page) ^ value;
        }
        End.checkPages(differences);
        return value;
    }

    @Override
    public void close() throws IOException {
        in.close();
        out.close();
    }
}
