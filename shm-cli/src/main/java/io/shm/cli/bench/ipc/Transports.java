package io.shm.cli.bench.ipc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;

/** All transports by their names: what this machine has anyhow, ours, and those of a library that is on the class path. */
final class Transports {
    static Map<String, Transport> all() {
        Map<String, Transport> all = new LinkedHashMap<>();
        all.put("line", new LineTransport());
        all.put("ring", new RingTransport());
        all.put("inline", new InlineTransport(false));
        all.put("one-to-one", new InlineTransport(true));
        all.put("block", new BlockTransport());
        all.put("request", new RequestTransport());
        all.put("broadcast", new BroadcastTransport());
        all.put("socket", new SocketTransport());
        all.put("pipe", new PipeTransport());
        for (Transport other : ServiceLoader.load(Transport.class)) {
            all.put(other.title().replace(' ', '-'), other);
        }
        return all;
    }

    private Transports() {}
}
