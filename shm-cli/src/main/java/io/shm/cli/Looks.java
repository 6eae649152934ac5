package io.shm.cli;

import io.shm.cli.command.Globals;
import io.shm.cli.command.Terminal;
import io.shm.cli.render.Look;
import java.time.Instant;
import java.util.function.IntSupplier;

/** Decides how output looks: by the options, the environment and whether anybody watches. */
final class Looks {
    private Looks() {}

    static Look of(Globals globals, Terminal terminal) {
        boolean seen = terminal.showsOutput() && globals.output == null;
        IntSupplier width = seen ? terminal::columns : null;
        return new Look(!globals.noHeadings, globals.bytes, colour(globals.color, seen), width, Instant.now());
    }

    private static boolean colour(Globals.When when, boolean seen) {
        return switch (when) {
            case always -> true;
            case never -> false;
            case auto -> seen && isEmpty(System.getenv("NO_COLOR")) && !"dumb".equals(System.getenv("TERM"));
        };
    }

    private static boolean isEmpty(String text) {
        return text == null || text.isEmpty();
    }
}
