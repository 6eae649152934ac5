package io.shm.cli.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes all checks. */
public final class Doctor {
    private Doctor() {}

    /** @param folder where regions are to be */
    public static List<Check> examine(Path folder) {
        return examine(new KernelFiles(Path.of("/")), folder);
    }

    static List<Check> examine(KernelFiles kernel, Path folder) {
        List<Check> checks = new ArrayList<>(JvmChecks.all(kernel));
        checks.addAll(new FolderChecks(kernel, folder).all());
        checks.addAll(new MemoryChecks(kernel).all());
        checks.addAll(new ProcessChecks(kernel).all());
        return checks;
    }
}
