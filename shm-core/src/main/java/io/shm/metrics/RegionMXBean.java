package io.shm.metrics;

import java.util.List;
import java.util.Map;

/** A region as JMX shows it. Sizes are bytes; figures are at most a second old, and of one look. */
public interface RegionMXBean {
    /** What others attach by. */
    String getReference();

    String getKind();

    String getPolicy();

    /** The tracking level: off, counts, sites, full or paranoid. */
    String getLevel();

    /**
     * Changes it, for all processes of the region.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    void setLevel(String level);

    long getMappedBytes();

    long getMaximumBytes();

    long getLiveBlocks();

    /** Requested bytes of the blocks in use. */
    long getLiveBytes();

    long getFreeBytes();

    long getLargestFreeBytes();

    /** Where every byte is, by account; they add up to the mapped bytes. */
    Map<String, Long> getAccounts();

    /** Live processes that are attached. */
    int getParticipants();

    /** Distinct faults in the log. */
    long getFaults();

    /** How often each kind of fault was seen. */
    Map<String, Long> getFaultCounts();

    /** Allocations that were refused for a budget or an empty pool. */
    long getRefusals();

    List<TagUsage> getTags();

    List<ProcessUsage> getProcesses();
}
