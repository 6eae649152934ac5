package io.shm.cli.bench.ipc;

import io.shm.cli.bench.Spread;

/**
 * What a transport gave.
 *
 * @param ns for one message, or one message there and back
 */
public record IpcResult(Measurement measurement, int size, String transport, Spread ns, long operations) {
    /** How often a second; of messages of one direction. */
    public double perSecond() {
        return 1e9 / ns.median();
    }

    public double bytesPerSecond() {
        return perSecond() * size;
    }
}
