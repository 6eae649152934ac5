package io.shm.cli.command;

import io.shm.cli.render.Numbers;
import io.shm.inspect.Identity;

/** What a region is, in pieces of a sentence. */
final class IdentityText {
    /** Empty for a region that has all it may have. */
    static String growth(Identity is) {
        return is.maximum() > is.mapped() ? ", may grow to " + Numbers.sizeInWords(is.maximum()) : "";
    }

    private IdentityText() {}
}
