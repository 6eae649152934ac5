package io.shm.inspect;

import java.util.Locale;

/** Why a block is taken for leaked. */
public enum LeakKind {
    /** Nothing leads to it: its cell holds something else, or lies in no block, or its process has left without it. */
    DEFINITE,
    /** It hangs in a cell of a block that is leaked. */
    INDIRECT,
    /** Nothing leads to it but a word of some block in use that looks like its handle or like a place in it. */
    POSSIBLE,
    /** Its owner is dead. */
    ORPHAN,
    /** The Java object was collected while the block was in use; found from level full on. */
    LOST,
    /** Not freed when its scope closed. */
    SCOPE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** As users see it. */
    public String label() {
        return label;
    }
}
