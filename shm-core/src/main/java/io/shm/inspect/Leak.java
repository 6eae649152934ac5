package io.shm.inspect;

/**
 * A block that nobody will free.
 *
 * @param owner who has it or had it: its owner, else who allocated it
 * @param scope the name of its scope, empty for none
 * @param note why, in words; empty where the kind says all
 * @param below of an indirect one the place of the leaked block that it hangs from, in the end; else -1
 */
public record Leak(LeakKind kind, BlockRow block, ProcessInfo owner, String scope, String note, long below) {}
