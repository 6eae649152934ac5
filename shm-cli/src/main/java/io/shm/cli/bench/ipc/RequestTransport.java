package io.shm.cli.bench.ipc;

import io.shm.Region;
import io.shm.channel.Answer;
import io.shm.channel.Call;
import io.shm.channel.Message;
import io.shm.channel.MessageHandler;
import io.shm.channel.MessageWriter;
import io.shm.channel.Request;
import io.shm.channel.Requests;
import io.shm.channel.Server;
import io.shm.channel.WaitStrategy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A call: what the first end sends is a request, and what it receives the reply to that. Both lie in the table itself. */
final class RequestTransport implements Transport {
    private static final int CALLS = 64;

    @Override
    public String title() {
        return "shm request";
    }

    @Override
    public boolean carries(int size) {
        return size <= Requests.INLINE_BYTES;
    }

    /** Each request has a reply. */
    @Override
    public Set<Measurement> measurements() {
        return EnumSet.of(Measurement.ROUND_TRIP);
    }

    @Override
    public Link open(End end) {
        Region region = Region.attach(end.region(), "shm bench");
        Requests requests =
                region.requests(end.folder().getFileName().toString(), CALLS).waiting(WaitStrategy.BUSY_SPIN);
        return end.isFirst() ? new Asking(region, requests, end) : new Serving(region, requests, end);
    }

    /** One of the two ends. */
    private abstract static class Side implements Link, MessageWriter {
        private final Region region;
        private final ByteBuffer message;

        Side(Region region, End end) {
            this.region = region;
            this.message = ByteBuffer.allocate(end.size()).order(ByteOrder.LITTLE_ENDIAN);
        }

        int with(long value) {
            message.putLong(0, value);
            return message.capacity();
        }

        @Override
        public void write(Message slot) {
            slot.putBytes(0, message.array(), 0, message.capacity());
        }

        static IOException interrupted() {
            Thread.currentThread().interrupt();
            return new InterruptedIOException();
        }

        @Override
        public void close() throws IOException {
            region.close();
        }
    }

    private static final class Asking extends Side implements MessageHandler {
        private final Requests requests;
        private Call call;
        private long received;

        Asking(Region region, Requests requests, End end) {
            super(region, end);
            this.requests = requests;
            while (!requests.isServed()) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void send(long value) {
            int length = with(value);
            call = requests.ask(length, this, 1, TimeUnit.HOURS);
            while (call == null) {
                Thread.onSpinWait();
                call = requests.ask(length, this, 1, TimeUnit.HOURS);
            }
        }

        @Override
        public long receive() throws IOException {
            try {
                Answer answer = call.await(this);
                if (answer != Answer.REPLIED) {
                    throw new IOException("no reply: " + answer);
                }
                return received;
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }

        @Override
        public void onMessage(Message reply) {
            received = reply.getLong(0);
        }
    }

    private static final class Serving extends Side {
        private final Server server;
        private Request request;

        Serving(Region region, Requests requests, End end) {
            super(region, end);
            this.server = requests.server();
        }

        @Override
        public long receive() throws IOException {
            try {
                do {
                    request = server.receive(1, TimeUnit.HOURS);
                } while (request == null);
                return request.message().getLong(0);
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }

        @Override
        public void send(long value) {
            request.reply(with(value), this);
        }

        @Override
        public void close() throws IOException {
            server.close();
            super.close();
        }
    }
}
