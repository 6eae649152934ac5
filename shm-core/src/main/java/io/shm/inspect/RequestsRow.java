package io.shm.inspect;

import java.time.Instant;
import java.util.List;

/**
 * A table of requests at one moment; what moves meanwhile may be counted or not.
 *
 * @param name of its root; empty if it is in none
 * @param offset of its block, bytes
 * @param capacity calls that can be under way at a time
 * @param redelivers whether another server is to have what a dead one had not answered
 * @param asked calls that wait for a server
 * @param taken calls that a server has
 * @param answered calls whose answer waits for the requester
 * @param abandoned calls that a server has, and whose requester has gone
 * @param oldest since when that call is under way that has been longest; null if there is none
 * @param ended calls that were under way and are no more
 * @param died calls whose server died
 * @param givenUp calls whose time was over
 * @param servers processes that serve
 * @param serverWaits one that sleeps until there is a request, or did last and died; null if nobody does
 * @param requesterWaits the same, until there is room for a call
 */
public record RequestsRow(
        String name,
        long offset,
        int capacity,
        boolean redelivers,
        long asked,
        long taken,
        long answered,
        long abandoned,
        Instant oldest,
        long ended,
        long died,
        long givenUp,
        List<ProcessInfo> servers,
        ProcessInfo serverWaits,
        ProcessInfo requesterWaits) {}
