package io.shm.model;

import static io.shm.model.Form.*;

/** What must be true in every state, after every step, and once everybody has finished. */
final class Invariants {
    /** More steps than any operation needs that nobody disturbs, a reap included. */
    private static final int MOST_STEPS = 400;

    private final Form form;
    private final Protocol protocol;
    private final byte[] settled;

    Invariants(Form form, Protocol protocol) {
        this.form = form;
        this.protocol = protocol;
        this.settled = new byte[form.length];
    }

    /** What is wrong with a state; null if nothing is. */
    String broken(byte[] s) {
        for (int c = 0; c < form.cells; c++) {
            int at = form.cell(c);
            if (s[at] == 0) {
                continue;
            }
            int b = form.block(s[at] - 1);
            int state = s[b + STATE];
            if (s[b + GENERATION] != s[at + 1] || state < PUB || state > SHARED) {
                return "cell " + c + " holds a block that is " + STATES[state] + " or in another life";
            }
        }
        for (int b = 0; b < form.blocks; b++) {
            String wrong = broken(s, b);
            if (wrong != null) {
                return "block " + b + ": " + wrong;
            }
        }
        return null;
    }

    private String broken(byte[] s, int block) {
        int b = form.block(block);
        int state = s[b + STATE];
        int owner = s[b + OWNER];
        int believers = 0;
        for (int p = 0; p < form.processes; p++) {
            int at = form.process(p);
            if ((s[at + OWN] & 1 << block) != 0) {
                believers++;
                if (owner != p + 1) {
                    return "P" + p + " owns it, but it is " + STATES[state] + " of " + (owner - 1);
                }
                if (state == TAKE || state == OFFER || state == RESERVED) {
                    return "P" + p + " owns it, but it is " + STATES[state];
                }
            }
            if ((s[at + HOLD] & 1 << block) != 0
                    && ((state != SHARED && state != PUBS)
                            || s[b + KIND] != HOLDERS
                            || s[b + CHANGED_GENERATION] != s[b + GENERATION]
                            || (s[b + BITS] & 1 << p) == 0)) {
                return "P" + p + " holds it, but it is " + STATES[state] + " and its holders do not say so";
            }
        }
        if (believers > 1) {
            return "two owners";
        }
        if (owner != 0 && s[form.process(owner - 1) + STATUS] == GONE) {
            return STATES[state] + " of P" + (owner - 1) + ", which was reaped";
        }
        if (state == LIVE && s[form.process(owner - 1) + STATUS] == ALIVE && believers == 0) {
            int at = form.process(owner - 1);
            // Between its commit of an operation and the end of it nobody else may have a word in it.
            if (s[at + STEP] == 0) {
                return "LIVE of P" + (owner - 1) + ", which does not know it";
            }
        }
        return null;
    }

    /** What is wrong with a step; null if nothing is. */
    String broken(byte[] before, byte[] after) {
        for (int block = 0; block < form.blocks; block++) {
            int b = form.block(block);
            if (before[b + STATE] == SHARED
                    && after[b + STATE] == SHARED
                    && before[b + KIND] == HOLDERS
                    && after[b + KIND] == HOLDERS
                    && before[b + BITS] == 0
                    && after[b + BITS] != 0) {
                return "block " + block + ": its empty holders were filled again";
            }
            int from = before[b + OWNER];
            int to = after[b + OWNER];
            if (before[b + STATE] == OFFER
                    && after[b + STATE] == LIVE
                    && to != from
                    && before[b + CELL] != TO + to - 1) {
                return "block " + block + ": P" + (to - 1) + " accepted what was offered to another";
            }
        }
        return null;
    }

    /**
     * Lets everybody finish, one after the other, and reaps the dead: from every state that must be possible, and leave
     * every block free, or of one owner, or in one cell, or with holders.
     */
    String brokenWhenSettled(byte[] s) {
        System.arraycopy(s, 0, settled, 0, s.length);
        int reaper = -1;
        for (int p = 0; p < form.processes; p++) {
            if (settled[form.process(p) + STATUS] == ALIVE) {
                reaper = p;
                if (!finishes(p)) {
                    return "P" + p + " does not finish although nobody disturbs it";
                }
            }
        }
        for (int p = 0; p < form.processes; p++) {
            if (settled[form.process(p) + STATUS] == DEAD) {
                if (!protocol.begin(settled, reaper, Protocol.Op.REAP, 0, p) || !finishes(reaper)) {
                    return "P" + p + " cannot be reaped";
                }
            }
        }
        String wrong = broken(settled);
        if (wrong != null) {
            return "once settled: " + wrong;
        }
        for (int b = 0; b < form.blocks; b++) {
            if (isLost(settled, b)) {
                return "once settled: block " + b + " is lost, in " + form.text(settled);
            }
        }
        return null;
    }

    private boolean finishes(int process) {
        for (int steps = 0; settled[form.process(process) + STEP] != 0; steps++) {
            if (steps == MOST_STEPS) {
                return false;
            }
            protocol.advance(settled, process);
        }
        return true;
    }

    private boolean isLost(byte[] s, int block) {
        int b = form.block(block);
        int owner = s[b + OWNER];
        return switch (s[b + STATE]) {
            case FREE, ORPHAN -> false;
            case LIVE -> (s[form.process(owner - 1) + OWN] & 1 << block) == 0;
            case OFFER -> (s[form.process(owner - 1) + OFFERED] & 1 << block) == 0;
            case HELD -> !isInItsCell(s, block);
            case SHARED -> {
                int bits = s[b + BITS];
                boolean known = bits == 0;
                for (int p = 0; p < form.processes; p++) {
                    known |= (bits & 1 << p) != 0 && (s[form.process(p) + HOLD] & 1 << block) == 0;
                }
                yield known || ((bits & IN_CELL) != 0) != isInItsCell(s, block);
            }
            default -> true;
        };
    }

    private boolean isInItsCell(byte[] s, int block) {
        int b = form.block(block);
        int cell = s[b + CELL] - 1;
        if (cell < 0 || cell >= form.cells) {
            return false;
        }
        int c = form.cell(cell);
        return s[c] == block + 1 && s[c + 1] == s[b + GENERATION];
    }
}
