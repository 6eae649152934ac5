package io.shm.model;

/** Sizes of a model, and where a state has what. A state is one array of bytes. */
final class Form {
    // A block.
    static final int STATE = 0;
    static final int OWNER = 1;
    static final int GENERATION = 2;
    /** 0 none, 1 + cell; {@link #TO} + slot for an offer. */
    static final int CELL = 3;
    /** What CHANGED holds: a note, what is displaced, or holders. */
    static final int KIND = 4;

    static final int CHANGED_BLOCK = 5;
    static final int CHANGED_GENERATION = 6;
    static final int BITS = 7;
    static final int BLOCK_LENGTH = 8;

    // A cell: 1 + block or 0, and a generation.
    static final int CELL_LENGTH = 2;

    // A process: what others know of it.
    static final int STATUS = 0;
    /** Who holds its liveness lock to reap it: 1 + process, or 0. */
    static final int LOCK = 1;
    // What it believes to have, as bits by block.
    static final int OWN = 2;
    static final int HOLD = 3;
    static final int OFFERED = 4;
    // The operation in progress.
    static final int STEP = 5;
    static final int BLOCK = 6;
    static final int AT = 7;
    /** A handle, block and generation, three times; block 0 is none. */
    static final int H = 8;

    static final int A = 10;
    static final int K = 12;
    static final int SEEN = 14;
    static final int PUBLISHER = 15;
    static final int RETURN = 16;
    static final int AFTER_EMPTY = 17;
    static final int REAPED = 18;
    static final int INDEX = 19;
    static final int PASS = 20;
    static final int NEXT_CELLS = 21;
    static final int PROCESS_LENGTH = 22;

    // Codes.
    static final int FREE = 0;
    static final int LIVE = 1;
    static final int PUB = 2;
    static final int HELD = 3;
    static final int TAKE = 4;
    static final int PUBS = 5;
    static final int SHARED = 6;
    static final int OFFER = 7;
    static final int RESERVED = 8;
    static final int ORPHAN = 9;
    static final String[] STATES = {
        "FREE", "LIVE", "PUB", "HELD", "TAKE", "PUBS", "SHARED", "OFFER", "RESERVED", "ORPHAN"
    };

    static final int NOTE = 0;
    static final int DISPLACES = 1;
    static final int HOLDERS = 2;

    static final int ALIVE = 0;
    static final int DEAD = 1;
    static final int GONE = 2;

    static final int TO = 8;
    static final int TO_NOBODY = 15;
    static final int IN_CELL = 64;

    final int processes;
    final int blocks;
    final int cells;
    final int length;

    Form(int processes, int blocks, int cells) {
        this.processes = processes;
        this.blocks = blocks;
        this.cells = cells;
        this.length = blocks * BLOCK_LENGTH + cells * CELL_LENGTH + processes * PROCESS_LENGTH;
    }

    int block(int block) {
        return block * BLOCK_LENGTH;
    }

    int cell(int cell) {
        return blocks * BLOCK_LENGTH + cell * CELL_LENGTH;
    }

    int process(int process) {
        return blocks * BLOCK_LENGTH + cells * CELL_LENGTH + process * PROCESS_LENGTH;
    }

    /** Generations only ever tell lives apart: renamed, so that the same situation is the same state. */
    void rename(byte[] s, byte[] scratch) {
        java.util.Arrays.fill(scratch, (byte) 0);
        for (int b = 0; b < blocks; b++) {
            rename(s, b, block(b) + GENERATION, scratch);
        }
        for (int c = 0; c < cells; c++) {
            renameHandle(s, cell(c), scratch);
        }
        for (int b = 0; b < blocks; b++) {
            int at = block(b);
            if (s[at + KIND] == DISPLACES) {
                renameHandle(s, at + CHANGED_BLOCK, scratch);
            } else if (s[at + KIND] == HOLDERS) {
                rename(s, b, at + CHANGED_GENERATION, scratch);
            }
        }
        for (int p = 0; p < processes; p++) {
            int at = process(p);
            renameHandle(s, at + H, scratch);
            renameHandle(s, at + A, scratch);
            renameHandle(s, at + K, scratch);
        }
    }

    private static void renameHandle(byte[] s, int at, byte[] scratch) {
        if (s[at] != 0) {
            rename(s, s[at] - 1, at + 1, scratch);
        }
    }

    private static void rename(byte[] s, int block, int at, byte[] scratch) {
        // Per block: how many names there are, then the name of each generation, plus 1.
        int base = block * 32;
        if (scratch[base + 1 + s[at]] == 0) {
            scratch[base + 1 + s[at]] = ++scratch[base];
        }
        s[at] = (byte) (scratch[base + 1 + s[at]] - 1);
    }

    /** A generation that nobody knows. */
    byte fresh(byte[] s, int block) {
        int most = s[block(block) + GENERATION];
        for (int c = 0; c < cells; c++) {
            most = most(s, cell(c), block, most);
        }
        for (int b = 0; b < blocks; b++) {
            int at = block(b);
            if (s[at + KIND] == DISPLACES) {
                most = most(s, at + CHANGED_BLOCK, block, most);
            } else if (s[at + KIND] == HOLDERS && b == block) {
                most = Math.max(most, s[at + CHANGED_GENERATION]);
            }
        }
        for (int p = 0; p < processes; p++) {
            most = most(s, process(p) + H, block, most);
            most = most(s, process(p) + A, block, most);
            most = most(s, process(p) + K, block, most);
        }
        return (byte) (most + 1);
    }

    private static int most(byte[] s, int at, int block, int most) {
        return s[at] == block + 1 ? Math.max(most, s[at + 1]) : most;
    }

    String text(byte[] s) {
        StringBuilder out = new StringBuilder();
        for (int c = 0; c < cells; c++) {
            out.append("cell").append(c).append('=').append(handle(s, cell(c))).append(' ');
        }
        for (int b = 0; b < blocks; b++) {
            int at = block(b);
            out.append("| b").append(b).append(' ').append(STATES[s[at + STATE]]);
            out.append('(').append(s[at + OWNER] == 0 ? "-" : "P" + (s[at + OWNER] - 1));
            out.append(",g").append(s[at + GENERATION]).append(')');
            if (s[at + CELL] != 0) {
                out.append(s[at + CELL] < TO ? " of cell" + (s[at + CELL] - 1) : " to P" + (s[at + CELL] - TO));
            }
            if (s[at + KIND] == DISPLACES) {
                out.append(" displaces ").append(handle(s, at + CHANGED_BLOCK));
            } else if (s[at + KIND] == HOLDERS) {
                out.append(" holders g").append(s[at + CHANGED_GENERATION]).append(':');
                out.append(Integer.toBinaryString(s[at + BITS] & (IN_CELL - 1)));
                out.append((s[at + BITS] & IN_CELL) != 0 ? "+in-cell" : "");
            }
            out.append(' ');
        }
        for (int p = 0; p < processes; p++) {
            int at = process(p);
            out.append("| P")
                    .append(p)
                    .append(s[at + STATUS] == ALIVE ? "" : s[at + STATUS] == DEAD ? " dead" : " gone");
            if (s[at + OWN] != 0) {
                out.append(" owns ").append(Integer.toBinaryString(s[at + OWN]));
            }
            if (s[at + HOLD] != 0) {
                out.append(" holds ").append(Integer.toBinaryString(s[at + HOLD]));
            }
            out.append(' ');
        }
        return out.toString().strip();
    }

    private static String handle(byte[] s, int at) {
        return s[at] == 0 ? "-" : "b" + (s[at] - 1) + "g" + s[at + 1];
    }
}
