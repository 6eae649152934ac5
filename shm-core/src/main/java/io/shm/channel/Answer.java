package io.shm.channel;

/** How a call ended: each call ends in exactly one of these ways. */
public enum Answer {
    /** The reply was there, and was given to the handler. */
    REPLIED,
    /** The server has said that there is no reply: its handler threw, or gave none. */
    FAILED,
    /** The server that had the request has died, or has left the region. */
    SERVER_DIED,
    /** The time was over. A server may have begun, and may finish; its reply is freed then. */
    TIMED_OUT,
    /** Nobody served who could have taken the request. */
    NO_SERVER,
    /** As many calls as there can be were under way until the time was over; nothing was asked. */
    BUSY
}
