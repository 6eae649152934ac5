package io.shm.channel;

/** Writes a message straight into a channel's slot. */
@FunctionalInterface
public interface MessageWriter {
    /**
     * Called on the sending thread, once more if it was so slow that others went past it; short, and without a side effect. If
     * it throws nothing is sent.
     *
     * @param message of the length that was asked for, its bytes undefined; good until the call returns
     */
    void write(Message message);
}
