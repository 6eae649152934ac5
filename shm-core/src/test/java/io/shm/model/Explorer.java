package io.shm.model;

import io.shm.model.Protocol.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Looks at all states that a model can reach, breadth first, so that the first violation has a shortest way to it.
 *
 * <p>Visited states are known by 64 bits of hash; two of ten million states share one with a chance of one in a million.
 */
final class Explorer {
    private static final int ADVANCE = 0;
    private static final int DIE = 1;
    private static final int JOIN = 2;
    private static final int BEGIN = 3;

    private final Form form;
    private final List<Op> operations;
    private final Protocol protocol;
    private final Invariants invariants;
    private final int bound;

    private final byte[] scratch;
    private byte[] next;
    private long[] hashes = new long[1 << 16];
    private int[] parents = new int[1 << 12];
    private int[] moves = new int[1 << 12];
    private int states;
    private int depth;
    private String violation;
    private int violated;

    /**
     * @param bound how many states to look at; fewer if there are no more
     */
    Explorer(Form form, Set<Op> operations, Set<Mutant> mutants, int bound) {
        this.form = form;
        this.operations = List.copyOf(operations);
        this.protocol = new Protocol(form, mutants, operations.contains(Op.ADOPT));
        this.invariants = new Invariants(form, protocol);
        this.bound = bound;
        this.scratch = new byte[form.blocks * 32];
        this.next = new byte[form.length];
    }

    /** Whether all states were looked at. */
    private boolean closed;

    boolean isClosed() {
        return closed;
    }

    int states() {
        return states;
    }

    int depth() {
        return depth;
    }

    /** What was found to be wrong; null if nothing was. */
    String violation() {
        return violation;
    }

    Explorer run() {
        ArrayDeque<byte[]> level = new ArrayDeque<>();
        byte[] first = new byte[form.length];
        add(first, -1, 0);
        level.add(first);
        int at = 0;
        while (!level.isEmpty() && violation == null) {
            ArrayDeque<byte[]> following = new ArrayDeque<>();
            while (!level.isEmpty() && violation == null) {
                if (states >= bound) {
                    return this;
                }
                expand(level.poll(), at++, following);
            }
            level = following;
            depth++;
        }
        closed = violation == null;
        return this;
    }

    private void expand(byte[] state, int index, ArrayDeque<byte[]> following) {
        int alive = 0;
        for (int p = 0; p < form.processes; p++) {
            alive += state[form.process(p) + Form.STATUS] == Form.ALIVE ? 1 : 0;
        }
        for (int p = 0; p < form.processes && violation == null; p++) {
            int at = form.process(p);
            if (state[at + Form.STATUS] == Form.ALIVE) {
                if (state[at + Form.STEP] != 0) {
                    reach(state, index, move(p, ADVANCE, 0, 0, 0), following);
                } else {
                    begin(state, index, p, following);
                }
                if (alive > 1) {
                    reach(state, index, move(p, DIE, 0, 0, 0), following);
                }
            } else if (state[at + Form.STATUS] == Form.GONE) {
                reach(state, index, move(p, JOIN, 0, 0, 0), following);
            }
        }
    }

    private void begin(byte[] state, int index, int p, ArrayDeque<byte[]> following) {
        for (int i = 0; i < operations.size(); i++) {
            Op op = operations.get(i);
            int blocks = usesBlock(op) ? form.blocks : 1;
            int args = argsOf(op);
            for (int block = 0; block < blocks; block++) {
                for (int arg = 0; arg < args && violation == null; arg++) {
                    reach(state, index, move(p, BEGIN, i, block, arg), following);
                }
            }
        }
    }

    private static boolean usesBlock(Op op) {
        return switch (op) {
            case TAKE, ACQUIRE, RETIRE, REAP -> false;
            default -> true;
        };
    }

    private int argsOf(Op op) {
        return switch (op) {
            case PUBLISH, TAKE, REPLACE, SHARE, ACQUIRE, RETIRE -> form.cells;
            case OFFER, REAP -> form.processes;
            default -> 1;
        };
    }

    private void reach(byte[] state, int index, int move, ArrayDeque<byte[]> following) {
        System.arraycopy(state, 0, next, 0, next.length);
        if (!make(next, move)) {
            return;
        }
        String wrong = invariants.broken(state, next);
        form.rename(next, scratch);
        if (!add(next, index, move)) {
            return;
        }
        wrong = wrong != null ? wrong : invariants.broken(next);
        wrong = wrong != null ? wrong : invariants.brokenWhenSettled(next);
        if (wrong != null) {
            violation = wrong;
            violated = states - 1;
            return;
        }
        following.add(next);
        next = new byte[form.length];
    }

    private boolean make(byte[] state, int move) {
        int p = move >>> 24;
        int at = form.process(p);
        switch (move >>> 20 & 15) {
            case ADVANCE -> protocol.advance(state, p);
            case DIE -> {
                Arrays.fill(state, at + Form.OWN, at + Form.PROCESS_LENGTH, (byte) 0);
                state[at + Form.STATUS] = Form.DEAD;
                for (int q = 0; q < form.processes; q++) {
                    if (state[form.process(q) + Form.LOCK] == p + 1) {
                        state[form.process(q) + Form.LOCK] = 0;
                    }
                }
            }
            case JOIN -> state[at + Form.STATUS] = Form.ALIVE;
            default -> {
                return protocol.begin(state, p, operations.get(move >>> 12 & 255), move >>> 6 & 63, move & 63);
            }
        }
        return true;
    }

    private static int move(int process, int kind, int op, int block, int arg) {
        return process << 24 | kind << 20 | op << 12 | block << 6 | arg;
    }

    // ---------------------------------------------------------------- visited

    private boolean add(byte[] state, int parent, int move) {
        if (states * 2 >= hashes.length) {
            grow();
        }
        if (!insert(hashes, hash(state))) {
            return false;
        }
        if (states == parents.length) {
            parents = Arrays.copyOf(parents, states * 2);
            moves = Arrays.copyOf(moves, states * 2);
        }
        parents[states] = parent;
        moves[states] = move;
        states++;
        return true;
    }

    private void grow() {
        long[] larger = new long[hashes.length * 2];
        for (long hash : hashes) {
            if (hash != 0) {
                insert(larger, hash);
            }
        }
        hashes = larger;
    }

    private static boolean insert(long[] table, long hash) {
        int mask = table.length - 1;
        for (int i = (int) (hash >>> 32) & mask; ; i = (i + 1) & mask) {
            if (table[i] == hash) {
                return false;
            }
            if (table[i] == 0) {
                table[i] = hash;
                return true;
            }
        }
    }

    private static long hash(byte[] state) {
        long hash = 0x9E3779B97F4A7C15L;
        for (byte b : state) {
            hash = (hash ^ b) * 0xC2B2AE3D27D4EB4FL;
            hash ^= hash >>> 29;
        }
        hash *= 0x9E3779B97F4A7C15L;
        hash ^= hash >>> 32;
        return hash == 0 ? 1 : hash;
    }

    // ---------------------------------------------------------------- the way to a violation

    /** The shortest way to the violation, a line for each step. */
    String counterexample() {
        List<Integer> way = new ArrayList<>();
        for (int i = violated; parents[i] >= 0; i = parents[i]) {
            way.add(moves[i]);
        }
        Collections.reverse(way);
        StringBuilder out = new StringBuilder("after " + way.size() + " steps: " + violation);
        byte[] state = new byte[form.length];
        for (int move : way) {
            String what = text(state, move);
            make(state, move);
            out.append("\n  ").append(String.format(Locale.ROOT, "%-52s", what)).append(form.text(state));
            form.rename(state, scratch);
        }
        return out.toString();
    }

    private String text(byte[] state, int move) {
        int p = move >>> 24;
        String who = "P" + p + " ";
        return switch (move >>> 20 & 15) {
            case ADVANCE -> who + Step.of(state[form.process(p) + Form.STEP]);
            case DIE -> who + "dies";
            case JOIN -> who + "joins";
            default -> {
                Op op = operations.get(move >>> 12 & 255);
                yield who
                        + op
                        + (usesBlock(op) ? " b" + (move >>> 6 & 63) : "")
                        + (argsOf(op) > 1 ? " " + (move & 63) : "");
            }
        };
    }
}
