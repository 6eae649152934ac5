package io.shm.cli.render;

import io.shm.inspect.SiteInfo;

/**
 * A line of code between two looks.
 *
 * @param change bytes that it holds more than at the look before; grown, than at the first one
 * @param allocations a second; frees, a second
 */
public record TopSite(
        SiteInfo site, long blocks, long bytes, long change, long grown, double allocations, double frees) {}
