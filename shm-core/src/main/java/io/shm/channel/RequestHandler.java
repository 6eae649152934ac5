package io.shm.channel;

/** What a server does with a request. */
@FunctionalInterface
public interface RequestHandler {
    /**
     * Called on the serving thread. If it returns or throws without a reply, the call has {@link Answer#FAILED}.
     *
     * @param request good until the call returns
     */
    void onRequest(Request request);
}
