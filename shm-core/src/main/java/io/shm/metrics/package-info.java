/**
 * A region's figures for those who watch services: a JMX bean, and a collector for the Prometheus client library.
 *
 * <p>Above the facade; nothing else knows it. It looks at the region as {@code io.shm.inspect} does, by a read-only
 * mapping of its own and when it is asked, so that who allocates pays nothing. The Prometheus library is an optional
 * dependency of shm-core: who uses {@link io.shm.metrics.RegionCollector} has it.
 */
package io.shm.metrics;
