package io.shm.cli.bench.ipc;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Unix domain socket. */
final class SocketTransport implements Transport {
    @Override
    public String title() {
        return "unix socket";
    }

    @Override
    public boolean carries(int size) {
        return size >= Long.BYTES;
    }

    @Override
    public Link open(End end) throws IOException {
        Path name = end.folder().resolve("socket");
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(name);
        SocketChannel socket;
        if (end.isFirst()) {
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(address);
                socket = server.accept();
            }
            Files.delete(name);
        } else {
            socket = connect(address);
        }
        return new ByteStream(socket, socket, end.size());
    }

    /** Until the other end is there; whoever started us ends us if it never comes. */
    private static SocketChannel connect(UnixDomainSocketAddress address) {
        while (true) {
            try {
                return SocketChannel.open(address);
            } catch (IOException e) {
                Thread.yield();
            }
        }
    }
}
