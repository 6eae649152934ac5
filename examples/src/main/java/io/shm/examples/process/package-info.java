/** What the examples' programs need of processes: another JVM, and an end in good order. */
package io.shm.examples.process;
