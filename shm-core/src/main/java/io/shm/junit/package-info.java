/**
 * An extension for JUnit 5: a test that leaves blocks behind, or a fault in the log, fails with the report as its message.
 *
 * <p>Above the facade; nothing else knows it. JUnit is an optional dependency of shm-core: who uses this package has it.
 */
package io.shm.junit;
