package io.shm.layout;

/**
 * One field of a structure.
 *
 * @param name as in the structure's table
 * @param offset from the start of the structure, bytes
 * @param size bytes
 */
public record Field(String name, int offset, int size) {}
