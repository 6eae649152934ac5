package io.shm.cli.bench.ipc;

/** What can be measured of a transport. */
public enum Measurement {
    /** One message, and one back when that has come. */
    ROUND_TRIP("round trip"),
    /** Many messages in one direction, as many at a time as the transport holds. */
    ONE_WAY("one way");

    private final String title;

    Measurement(String title) {
        this.title = title;
    }

    /** In tables and JSON. */
    public String title() {
        return title;
    }
}
