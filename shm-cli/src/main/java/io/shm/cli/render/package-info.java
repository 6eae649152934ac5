/**
 * How things look: tables, JSON, numbers, colours.
 *
 * <p>What comes out of a region is hostile until it is escaped: a name can hold any bytes that some process wrote
 * there. {@link io.shm.cli.render.Text#safe} is the one place where that is done for people, {@link
 * io.shm.cli.render.Json} the one for programs. Nothing here reads a region or knows a verb.
 */
package io.shm.cli.render;
