package io.shm.cli.command;

/** A verb of the command line. Its fields are filled from the arguments before it runs. */
public abstract class Verb {
    public static final int FINE = 0;
    public static final int FINDINGS = 1;

    /**
     * Does it, once.
     *
     * @return the exit code: {@link #FINE} or {@link #FINDINGS}; everything else is thrown
     */
    public abstract int run(Session session) throws Exception;

    /** Whether it looks at something that changes, so that {@code --watch} makes sense. */
    public boolean canWatch() {
        return false;
    }

    /** Whether the file of {@code -o} is the verb's own business, as it is no text. */
    public boolean writesFile() {
        return false;
    }

    /** Whether it prints a table of rows, so that {@code --columns} makes sense. */
    public boolean hasColumns() {
        return false;
    }
}
