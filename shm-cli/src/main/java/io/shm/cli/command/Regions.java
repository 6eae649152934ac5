package io.shm.cli.command;

import io.shm.inspect.Inspector;

/** How verbs get at a region. */
final class Regions {
    static final String REFERENCE = "A name, a path (also of a copied file), sysv:0xKEY, or pid:PID[/N].";

    private Regions() {}

    /** Opens it for looking only. A reference that is none is the user's mistake. */
    static Inspector open(String reference) {
        try {
            return Inspector.open(reference);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }
}
