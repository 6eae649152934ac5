/**
 * What a machine or container needs before regions work well on it. Each check looks at one thing and says what to do.
 *
 * <p>The checks read the files of the kernel below a folder that tests replace; none needs a region.
 */
package io.shm.cli.doctor;
