package io.shm.ledger;

import io.shm.layout.RegionMap;

/**
 * What is written into a new region's header.
 *
 * @param requestedSize bytes as asked; mappedSize, as rounded up to pages; maximumSize, that it may grow to
 * @param kind code of the segment's kind; policy and options, codes of the facade
 * @param createdAt milliseconds of the epoch
 */
public record HeaderSpec(
        RegionMap map,
        long requestedSize,
        long mappedSize,
        int kind,
        int mode,
        int policy,
        int options,
        long idHigh,
        long idLow,
        long createdAt,
        int pid,
        int uid,
        long startTicks,
        long pidNamespace,
        long bootHigh,
        long bootLow,
        long lockInode,
        long maximumSize) {

    /** Of a region that does not grow. */
    public HeaderSpec(
            RegionMap map,
            long requestedSize,
            long mappedSize,
            int kind,
            int mode,
            int policy,
            int options,
            long idHigh,
            long idLow,
            long createdAt,
            int pid,
            int uid,
            long startTicks,
            long pidNamespace,
            long bootHigh,
            long bootLow,
            long lockInode) {
        this(
                map,
                requestedSize,
                mappedSize,
                kind,
                mode,
                policy,
                options,
                idHigh,
                idLow,
                createdAt,
                pid,
                uid,
                startTicks,
                pidNamespace,
                bootHigh,
                bootLow,
                lockInode,
                mappedSize);
    }
}
