package io.shm.segment;

/** What an attachment may do with the memory; the mapping itself enforces it. */
public enum Access {
    READ_ONLY,
    READ_WRITE
}
