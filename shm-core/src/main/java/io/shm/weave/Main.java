package io.shm.weave;

import io.shm.weave.BuiltClasses.Left;
import io.shm.weave.BuiltClasses.Report;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Weaves built classes: {@code java -jar shm-core.jar PATH...}, for builds that have no {@code shm weave} at hand. */
public final class Main {
    private static final int USAGE = 2;

    public static void main(String[] paths) {
        System.exit(run(paths));
    }

    /** The exit code: 0, or 2 with what is wrong on standard error. */
    static int run(String[] paths) {
        if (paths.length == 0 || paths[0].startsWith("-")) {
            System.err.println("usage: java -jar shm-core.jar PATH...\n"
                    + "Gives the calls of the toolkit in folders and jars of classes their lines, in place.");
            return USAGE;
        }
        for (String path : paths) {
            try {
                Report report = BuiltClasses.weave(Path.of(path), false);
                System.out.println(path + ": classes " + report.classes() + ", woven " + report.woven() + ", calls "
                        + report.calls());
                for (Left left : report.left()) {
                    System.out.println("  left as it is: " + left.name() + ": " + left.problem());
                }
            } catch (NoSuchFileException e) {
                System.err.println("shm weave: " + path + " does not exist");
                return USAGE;
            } catch (IllegalArgumentException | IOException e) {
                System.err.println("shm weave: " + e.getMessage());
                return USAGE;
            }
        }
        return 0;
    }

    private Main() {}
}
