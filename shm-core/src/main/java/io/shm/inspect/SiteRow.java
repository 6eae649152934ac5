package io.shm.inspect;

/** A call site and what it holds by the scan. */
public record SiteRow(int id, SiteInfo site, long blocks, long bytes, Totals totals) {}
