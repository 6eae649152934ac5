package io.shm.cli.render;

/** Colours, used sparingly: what is wrong or needs a look, and the head of a table. Off, it paints nothing. */
public enum Paint {
    PLAIN(""),
    HEAD("\u001b[1m"),
    FAINT("\u001b[2m"),
    GOOD("\u001b[32m"),
    WARN("\u001b[33m"),
    BAD("\u001b[31m");

    private static final String RESET = "\u001b[0m";

    private final String start;

    Paint(String start) {
        this.start = start;
    }

    public String on(String text, boolean colour) {
        return colour && !start.isEmpty() && !text.isEmpty() ? start + text + RESET : text;
    }
}
