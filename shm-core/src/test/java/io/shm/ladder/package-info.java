/** The test ladder: its sizes, its table, and what several of its levels use. See the section of that name in DESIGN.md. */
package io.shm.ladder;
