package io.shm.ledger;

import java.util.Set;

/**
 * The classes that a program calls to allocate, free and publish, and those that do it on its behalf: never the line to
 * blame. The walk of the stack passes them over, and calls from them are not woven.
 */
public final class Toolkit {
    private static final Set<String> CLASSES = Set.of(
            "io.shm.Region",
            "io.shm.Scope",
            "io.shm.cell.CellArray",
            "io.shm.cell.CellSpace",
            "io.shm.cell.Hold",
            "io.shm.cell.Slot",
            "io.shm.heap.Block",
            "io.shm.heap.Faults",
            "io.shm.heap.Heap",
            "io.shm.heap.ScopedBlocks",
            "io.shm.ledger.SiteCapture",
            "io.shm.ledger.Stacks");

    /** By the class's name, with dots; classes inside one of ours are ours. */
    public static boolean isOurs(String className) {
        if (!className.startsWith("io.shm.")) {
            return false;
        }
        int inner = className.indexOf('$');
        String outer = inner < 0 ? className : className.substring(0, inner);
        return CLASSES.contains(outer);
    }

    private Toolkit() {}
}
