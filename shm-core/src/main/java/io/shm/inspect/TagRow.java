package io.shm.inspect;

/**
 * A tag and what it holds by the scan; the general tag has an empty name.
 *
 * @param budget most live bytes, 0 for no bound
 */
public record TagRow(int id, String name, long blocks, long bytes, long budget, long refused, Totals totals) {}
