package io.shm.channel;

/** What to do with a message that was received. */
@FunctionalInterface
public interface MessageHandler {
    /**
     * Called on the receiving thread. When it returns, or throws, a message that lay in the channel is finished; a block
     * stays this process's own.
     *
     * @param message good until the call returns
     */
    void onMessage(Message message);
}
