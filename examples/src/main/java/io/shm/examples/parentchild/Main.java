package io.shm.examples.parentchild;

/** A parent and a child process that share one region. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.out.println("parent-child: not written yet");
    }
}
