package io.shm.cli.bench.ipc.peers;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.shm.cli.bench.ipc.End;
import io.shm.cli.bench.ipc.Link;
import io.shm.cli.bench.ipc.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/** Aeron over shared memory: the media driver in the first process, in one thread that backs off. */
public final class AeronTransport implements Transport {
    private static final String CHANNEL = "aeron:ipc?term-length=64m";

    @Override
    public String title() {
        return "aeron ipc";
    }

    @Override
    public boolean carries(int size) {
        return size > Long.BYTES;
    }

    @Override
    public Link open(End end) throws IOException {
        Path folder = end.folder().resolve("aeron");
        MediaDriver driver = null;
        if (end.isFirst()) {
            driver = MediaDriver.launchEmbedded(new MediaDriver.Context()
                    .aeronDirectoryName(folder.toString())
                    .dirDeleteOnShutdown(true)
                    .threadingMode(ThreadingMode.SHARED));
            Files.createFile(end.folder().resolve("driver"));
        } else {
            while (!Files.exists(end.folder().resolve("driver"))) {
                Thread.yield();
            }
        }
        Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(folder.toString()));
        return new Ends(driver, aeron, end);
    }

    private static final class Ends implements Link {
        private final MediaDriver driver;
        private final Aeron aeron;
        private final int size;
        private final ExclusivePublication out;
        private final Subscription in;
        private final UnsafeBuffer message;
        private final BufferClaim claim = new BufferClaim();
        private long received;
        private boolean came;
        private final FragmentHandler handler = new FragmentAssembler((buffer, offset, length, header) -> {
            received = buffer.getLong(offset);
            long differences = 0;
            for (int page = End.PAGE; page < length; page += End.PAGE) {
                differences |= buffer.getLong(offset + page) ^ received;
            }
            End.checkPages(differences);
            came = true;
        });

        Ends(MediaDriver driver, Aeron aeron, End end) {
            this.driver = driver;
            this.aeron = aeron;
            this.size = end.size();
            this.message = new UnsafeBuffer(new byte[size]);
            this.in = aeron.addSubscription(CHANNEL, end.isFirst() ? 11 : 10);
            this.out = aeron.addExclusivePublication(CHANNEL, end.isFirst() ? 10 : 11);
            while (!in.isConnected() || !out.isConnected()) {
                Thread.yield();
            }
        }

        @Override
        public void send(long value) {
            for (int page = 0; page < size; page += End.PAGE) {
                message.putLong(page, value);
            }
            if (size > out.maxPayloadLength()) {
                while (out.offer(message, 0, size) < 0) {
                    Thread.onSpinWait();
                }
                return;
            }
            while (out.tryClaim(size, claim) < 0) {
                Thread.onSpinWait();
            }
            claim.buffer().putBytes(claim.offset(), message, 0, size);
            claim.commit();
        }

        @Override
        public long receive() {
            came = false;
            while (!came) {
                if (in.poll(handler, 1) == 0) {
                    Thread.onSpinWait();
                }
            }
            return received;
        }

        @Override
        public void close() {
            CloseHelper.closeAll(aeron, driver);
        }
    }
}
