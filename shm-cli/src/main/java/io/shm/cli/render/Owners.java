package io.shm.cli.render;

import io.shm.inspect.ProcessInfo;
import io.shm.inspect.ProcessInfo.Liveness;

/** Processes in a word: {@code 4711}, dead {@code 4713!}, {@code 4713?} where nobody knows. */
public final class Owners {
    private Owners() {}

    public static String text(ProcessInfo process) {
        if (process == null) {
            return "";
        }
        String pid = process.pid() == 0 ? "#" + process.id() : Integer.toString(process.pid());
        return switch (process.state()) {
            case ALIVE -> pid;
            case LOCK_LOST -> pid + "~";
            case DEAD -> pid + "!";
            case LEFT -> pid + "-";
            case UNKNOWN -> pid + "?";
        };
    }

    /** In a sentence: {@code 4711 order-gw}, {@code 4713 (dead)}. */
    public static String inWords(ProcessInfo process) {
        if (process == null) {
            return "nobody";
        }
        String state = process.state() == Liveness.ALIVE ? "" : " (" + state(process.state()) + ")";
        return named(process) + state;
    }

    /** As {@link #inWords}, whatever became of it. */
    public static String named(ProcessInfo process) {
        if (process == null) {
            return "nobody";
        }
        String who = process.pid() == 0 ? "a forgotten process" : "process " + process.pid();
        String name = Text.safe(process.name());
        return who + (name.isEmpty() ? "" : " " + name);
    }

    /** As tables show it. */
    public static String state(Liveness state) {
        return switch (state) {
            case ALIVE -> "alive";
            case LOCK_LOST -> "lock lost";
            case DEAD -> "dead";
            case LEFT -> "left";
            case UNKNOWN -> "unknown";
        };
    }

    static Paint paint(ProcessInfo process) {
        if (process == null) {
            return Paint.WARN;
        }
        return switch (process.state()) {
            case DEAD, LOCK_LOST -> Paint.BAD;
            case LEFT, UNKNOWN -> Paint.FAINT;
            case ALIVE -> Paint.PLAIN;
        };
    }
}
