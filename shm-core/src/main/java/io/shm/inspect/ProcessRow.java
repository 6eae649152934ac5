package io.shm.inspect;

/** A participant: slot of the region, who it is, and what it holds by the scan. */
public record ProcessRow(int slot, ProcessInfo process, long blocks, long bytes, long slabs, Totals totals) {}
