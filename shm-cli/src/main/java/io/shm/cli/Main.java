package io.shm.cli;

/** The {@code shm} program. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.out.println("usage: shm VERB [ARGUMENT]...");
    }
}
