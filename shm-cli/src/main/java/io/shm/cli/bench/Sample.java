package io.shm.cli.bench;

/**
 * What one slice gave.
 *
 * @param wallNs from its start to its end
 * @param cpuNs of all its threads together
 */
public record Sample(long operations, long wallNs, long cpuNs) {
    /** @throws IllegalStateException if it is no reply of a worker */
    static Sample parse(String reply) {
        String[] fields = reply.split(" ");
        if (fields.length != 3) {
            throw new IllegalStateException("a worker said: " + reply);
        }
        return new Sample(Long.parseLong(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]));
    }

    /** As a worker replies. */
    String line() {
        return operations + " " + wallNs + " " + cpuNs;
    }

    /** Of several that ran at the same time. */
    Sample and(Sample other) {
        return new Sample(operations + other.operations, Math.max(wallNs, other.wallNs), cpuNs + other.cpuNs);
    }
}
