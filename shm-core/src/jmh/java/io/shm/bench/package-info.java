/** Benchmarks, run by {@code scripts/bench}. They are compiled in the profile {@code bench} only. */
package io.shm.bench;
