package io.shm.model;

import static io.shm.model.Form.*;
import static io.shm.model.Step.*;

import java.util.Set;

/**
 * What a process does to a state: {@link #begin} an operation, and {@link #advance} it by one access to shared memory.
 *
 * <p>Plain stores, reads and CAS are steps of their own. Steps that only its own memory sees are part of the one before.
 */
final class Protocol {
    /** What a process may begin. */
    enum Op {
        ALLOCATE,
        FREE,
        PUBLISH,
        /** Publish in the first cell that is not occupied. */
        APPEND,
        TAKE,
        REPLACE,
        SHARE,
        ACQUIRE,
        RELEASE,
        RETIRE,
        OFFER,
        ACCEPT,
        WITHDRAW,
        /** Of an orphan; where it is among the operations, the policy is keep. */
        ADOPT,
        REAP
    }

    private final Form form;
    private final Set<Mutant> mutants;
    private final boolean keeps;

    // The process whose turn it is.
    private byte[] s;
    private int me;
    private int at;

    Protocol(Form form, Set<Mutant> mutants, boolean keeps) {
        this.form = form;
        this.mutants = mutants;
        this.keeps = keeps;
    }

    private boolean is(Mutant mutant) {
        return mutants.contains(mutant);
    }

    private void turn(byte[] state, int process) {
        s = state;
        me = process;
        at = form.process(process);
    }

    // ---------------------------------------------------------------- begin

    /** Begins an operation, with its first access; false where it is out of the question. */
    boolean begin(byte[] state, int process, Op op, int block, int arg) {
        turn(state, process);
        int b = form.block(block);
        switch (op) {
            case ALLOCATE -> {
                if (s[b + STATE] != Form.FREE) {
                    return false;
                }
                put(b, CELL, 0);
                note(block);
                set(block, LIVE, me + 1, form.fresh(s, block));
                gain(block);
                return true;
            }
            case FREE -> {
                if (!has(OWN, block)) {
                    return false;
                }
                lose(OWN, block);
                handle(H, block, s[b + GENERATION]);
                set(block, RESERVED, me + 1, s[b + GENERATION]);
                return go(FREE_NOTE);
            }
            case PUBLISH, APPEND -> {
                if (!has(OWN, block)) {
                    return false;
                }
                mine(block, arg);
                s[at + NEXT_CELLS] = (byte) (op == Op.APPEND ? form.cells - 1 : 0);
                if (!is(Mutant.PUBLISH_NOTES_THE_CELL_LATE)) {
                    put(b, CELL, arg + 1);
                }
                return go(PUBLISH_NOTE);
            }
            case TAKE -> {
                return readCell(arg) && go(TAKE_RECORD);
            }
            case REPLACE -> {
                if (!has(OWN, block) || !readCell(arg)) {
                    return false;
                }
                mine(block, arg);
                return go(REPLACE_RECORD);
            }
            case SHARE -> {
                if (!has(OWN, block)) {
                    return false;
                }
                mine(block, arg);
                put(b, CELL, arg + 1);
                return go(SHARE_HOLDERS);
            }
            case ACQUIRE -> {
                return readCell(arg) && !has(HOLD, hBlock(H)) && go(ACQUIRE_RECORD);
            }
            case RELEASE -> {
                if (!has(HOLD, block)) {
                    return false;
                }
                handle(K, block, s[b + GENERATION]);
                return go(RELEASE_HOLDERS);
            }
            case RETIRE -> {
                return readCell(arg) && go(RETIRE_RECORD);
            }
            case OFFER -> {
                if (!has(OWN, block) || arg == me || s[form.process(arg) + STATUS] != ALIVE) {
                    return false;
                }
                mine(block, 0);
                put(b, CELL, TO + arg);
                return go(OFFER_BEGIN);
            }
            case ACCEPT -> {
                if (s[b + STATE] != Form.OFFER || s[b + CELL] != TO + me) {
                    return false;
                }
                handle(H, block, s[b + GENERATION]);
                s[at + PUBLISHER] = s[b + OWNER];
                return go(Step.ACCEPT);
            }
            case WITHDRAW -> {
                if (!has(OFFERED, block)) {
                    return false;
                }
                lose(OFFERED, block);
                if (s[b + STATE] != Form.OFFER || s[b + OWNER] != me + 1) {
                    return true;
                }
                int generation = is(Mutant.WITHDRAW_KEEPS_THE_GENERATION) ? s[b + GENERATION] : form.fresh(s, block);
                set(block, LIVE, me + 1, generation);
                gain(block);
                handle(H, block, generation);
                return go(TAKE_NOTE);
            }
            case ADOPT -> {
                if (s[b + STATE] != ORPHAN) {
                    return false;
                }
                handle(H, block, s[b + GENERATION]);
                return go(Step.ADOPT);
            }
            case REAP -> {
                int other = form.process(arg);
                if (s[other + STATUS] != DEAD || s[other + LOCK] != 0) {
                    return false;
                }
                put(other, LOCK, me + 1);
                s[at + REAPED] = (byte) (arg + 1);
                s[at + PASS] = (byte) (is(Mutant.REAPER_GOES_ONCE) ? 2 : 1);
                return go(REAP_NEXT);
            }
            default -> throw new AssertionError(op);
        }
    }

    // ---------------------------------------------------------------- one step

    void advance(byte[] state, int process) {
        turn(state, process);
        int block = s[at + BLOCK];
        int b = form.block(block);
        int cell = s[at + AT];
        switch (Step.of(s[at + STEP])) {
            case FREE_NOTE -> {
                note(hBlock(H));
                go(FREE_RELEASE);
            }
            case FREE_RELEASE -> {
                cas(H, RESERVED, me + 1, Form.FREE, 0);
                done();
            }

            case PUBLISH_NOTE -> {
                note(block);
                go(PUBLISH_BEGIN);
            }
            case PUBLISH_BEGIN -> {
                handle(H, block, s[b + GENERATION]);
                goIf(cas(H, LIVE, me + 1, PUB, me + 1), PUBLISH_COMMIT, IDLE);
            }
            case PUBLISH_COMMIT -> {
                if (s[form.cell(cell)] == 0) {
                    fill(cell, H);
                    lose(OWN, block);
                    go(PUBLISH_HOLD);
                } else {
                    go(PUBLISH_SEEN);
                }
            }
            case PUBLISH_SEEN -> {
                copy(form.cell(cell), at + A);
                goIf(s[at + A] == 0, PUBLISH_COMMIT, PUBLISH_OCCUPANT);
            }
            case PUBLISH_OCCUPANT -> {
                if (isState(A, TAKE) && cellOf(A) == cell) {
                    go(PUBLISH_HELP);
                } else {
                    goIf(s[at + NEXT_CELLS] > 0, APPEND_NEXT, PUBLISH_REFUSED);
                }
            }
            case APPEND_NEXT -> {
                put(b, CELL, cell + 2);
                s[at + AT]++;
                s[at + NEXT_CELLS]--;
                go(PUBLISH_COMMIT);
            }
            case PUBLISH_HELP -> {
                clear(cell, A);
                go(PUBLISH_COMMIT);
            }
            case PUBLISH_REFUSED -> {
                cas(H, PUB, me + 1, LIVE, me + 1);
                done();
            }
            case PUBLISH_HOLD -> {
                if (is(Mutant.PUBLISH_NOTES_THE_CELL_LATE)) {
                    put(b, CELL, cell + 1);
                }
                cas(H, PUB, me + 1, HELD, 0);
                done();
            }

            case TAKE_RECORD -> takeRecord(cell);
            case TAKE_CLAIM -> {
                Step next = is(Mutant.TAKE_CLEARS_THE_CELL_LAST) ? TAKE_LIVE : TAKE_CLEAR;
                goIf(cas(H, HELD, 0, TAKE, me + 1), next, IDLE);
            }
            case TAKE_CLEAR -> {
                boolean cleared = clear(cell, H);
                if (is(Mutant.TAKE_CLEARS_THE_CELL_LAST)) {
                    go(TAKE_NOTE);
                } else {
                    goIf(cleared || !is(Mutant.TAKE_GOES_BACK_TO_HELD), TAKE_LIVE, TAKE_BACK);
                }
            }
            case TAKE_BACK -> {
                cas(H, TAKE, me + 1, HELD, 0);
                done();
            }
            case TAKE_LIVE -> {
                if (!revive(H, TAKE, me + 1, me + 1, is(Mutant.TAKE_KEEPS_THE_GENERATION))) {
                    done();
                    return;
                }
                gain(hBlock(H));
                go(is(Mutant.TAKE_CLEARS_THE_CELL_LAST) ? TAKE_CLEAR : TAKE_NOTE);
            }
            case TAKE_NOTE -> {
                put(form.block(hBlock(H)), CELL, 0);
                note(hBlock(H));
                done();
            }
            case TAKE_HELP -> {
                clear(cell, H);
                done();
            }

            case HELP_DISPLACED -> {
                readDisplaced();
                go(HELP_CELL);
            }
            case HELP_CELL -> {
                if (!holds(cell, H)) {
                    helpedInVain();
                } else if (is(Mutant.HELPER_LOOKS_AT_THE_CELL_FIRST)) {
                    go(HELP_DISPLACED_LATE);
                } else {
                    settleDisplaced();
                }
            }
            case HELP_DISPLACED_LATE -> {
                readDisplaced();
                settleDisplaced();
            }
            case HELP_VICTIM -> {
                if (isState(A, HELD) && cellOf(A) == cell) {
                    go(HELP_CLAIM);
                } else if (isState(A, SHARED) && cellOf(A) == cell) {
                    s[at + K] = s[at + A];
                    s[at + K + 1] = s[at + A + 1];
                    uncell(afterClaim());
                } else {
                    go(afterClaim());
                }
            }
            case HELP_CLAIM -> {
                cas(A, HELD, 0, TAKE, s[at + PUBLISHER]);
                go(afterClaim());
            }
            case HELP_HOLD -> {
                cas(H, PUB, s[at + PUBLISHER], HELD, 0);
                goIf(is(Mutant.REPLACE_HOLDS_BEFORE_IT_CLAIMS) && s[at + A] != 0, HELP_VICTIM, returnTo());
            }
            case HELP_SHARED_CELL -> {
                if (holds(cell, H)) {
                    go(HELP_SHARED);
                } else {
                    helpedInVain();
                }
            }
            case HELP_SHARED -> {
                cas(H, PUBS, s[at + PUBLISHER], SHARED, 0);
                go(returnTo());
            }

            case REPLACE_RECORD -> replaceRecord(cell);
            case REPLACE_CELL -> {
                put(b, CELL, cell + 1);
                go(REPLACE_NOTE);
            }
            case REPLACE_NOTE -> {
                put(b, KIND, DISPLACES);
                copy(at + A, b + CHANGED_BLOCK);
                put(b, BITS, 0);
                go(REPLACE_BEGIN);
            }
            case REPLACE_BEGIN -> {
                handle(H, block, s[b + GENERATION]);
                goIf(cas(H, LIVE, me + 1, PUB, me + 1), REPLACE_COMMIT, IDLE);
            }
            case REPLACE_COMMIT -> {
                if (!holds(cell, A)) {
                    go(REPLACE_REFUSED);
                    return;
                }
                fill(cell, H);
                lose(OWN, block);
                s[at + PUBLISHER] = (byte) (me + 1);
                s[at + RETURN] = REPLACE_OLD.code();
                settleDisplaced();
            }
            case REPLACE_REFUSED -> {
                cas(H, PUB, me + 1, LIVE, me + 1);
                done();
            }
            case REPLACE_OLD -> {
                copy(at + A, at + H);
                goIf(isState(H, TAKE) && owner(H) == me + 1, TAKE_LIVE, IDLE);
            }

            case SHARE_HOLDERS -> {
                holders(block, s[b + GENERATION], IN_CELL | 1 << me);
                go(SHARE_BEGIN);
            }
            case SHARE_BEGIN -> {
                handle(H, block, s[b + GENERATION]);
                goIf(cas(H, LIVE, me + 1, PUBS, me + 1), SHARE_COMMIT, IDLE);
            }
            case SHARE_COMMIT -> {
                if (s[form.cell(cell)] != 0) {
                    go(SHARE_REFUSED);
                    return;
                }
                fill(cell, H);
                lose(OWN, block);
                s[at + HOLD] |= (byte) (1 << block);
                go(SHARE_HOLD);
            }
            case SHARE_REFUSED -> {
                cas(H, PUBS, me + 1, LIVE, me + 1);
                done();
            }
            case SHARE_HOLD -> {
                cas(H, PUBS, me + 1, SHARED, 0);
                done();
            }

            case ACQUIRE_RECORD -> {
                if (isState(H, PUBS) && cellOf(H) == cell) {
                    helpShared(ACQUIRE_RECORD);
                } else {
                    goIf(isState(H, SHARED) && cellOf(H) == cell, ACQUIRE_HOLDERS, IDLE);
                }
            }
            case ACQUIRE_HOLDERS -> {
                boolean any = seeHolders(H) && (s[at + SEEN] != 0 || is(Mutant.ACQUIRE_OF_THE_EMPTY_SET));
                goIf(any, ACQUIRE_BIT, IDLE);
            }
            case ACQUIRE_BIT -> goIf(casHolders(H, s[at + SEEN] | 1 << me), ACQUIRE_CHECK, ACQUIRE_HOLDERS);
            case ACQUIRE_CHECK -> {
                if (isState(H, SHARED)) {
                    s[at + HOLD] |= (byte) (1 << hBlock(H));
                    done();
                } else {
                    go(ACQUIRE_UNDO_READ);
                }
            }
            case ACQUIRE_UNDO_READ -> goIf(seeHolders(H) && (s[at + SEEN] & 1 << me) != 0, ACQUIRE_UNDO, IDLE);
            case ACQUIRE_UNDO -> goIf(casHolders(H, s[at + SEEN] & ~(1 << me)), IDLE, ACQUIRE_UNDO_READ);

            case RELEASE_HOLDERS -> goIf(seeHolders(K), RELEASE_BIT, IDLE);
            case RELEASE_BIT -> {
                int left = s[at + SEEN] & ~(1 << me);
                if (!casHolders(K, left)) {
                    go(RELEASE_HOLDERS);
                    return;
                }
                lose(HOLD, hBlock(K));
                s[at + AFTER_EMPTY] = IDLE.code();
                if (left == 0) {
                    go(EMPTY_WITHHOLD);
                } else {
                    goIf(left == IN_CELL, RELEASE_CELL, IDLE);
                }
            }
            case RELEASE_CELL -> {
                if (holds(cellOf(K), K)) {
                    done();
                } else {
                    uncell(IDLE);
                }
            }
            case RETIRE_RECORD -> {
                if (isState(H, PUBS) && cellOf(H) == cell) {
                    helpShared(RETIRE_RECORD);
                } else if (isState(H, SHARED) && cellOf(H) == cell) {
                    copy(at + H, at + K);
                    if (is(Mutant.RETIRE_CLEARS_IN_CELL_FIRST)) {
                        uncell(RETIRE_CLEAR);
                    } else {
                        go(RETIRE_CLEAR);
                    }
                } else {
                    done();
                }
            }
            case RETIRE_CLEAR -> {
                clear(cell, H);
                if (is(Mutant.RETIRE_CLEARS_IN_CELL_FIRST)) {
                    done();
                } else {
                    uncell(IDLE);
                }
            }

            case UNCELL_READ ->
                goIf(seeHolders(K) && (s[at + SEEN] & IN_CELL) != 0, UNCELL, Step.of(s[at + AFTER_EMPTY]));
            case UNCELL -> {
                int left = s[at + SEEN] & ~IN_CELL;
                if (casHolders(K, left)) {
                    goIf(left == 0, EMPTY_WITHHOLD, Step.of(s[at + AFTER_EMPTY]));
                } else {
                    go(UNCELL_READ);
                }
            }
            case EMPTY_WITHHOLD ->
                goIf(cas(K, SHARED, 0, RESERVED, forWhom()), EMPTY_NOTE, Step.of(s[at + AFTER_EMPTY]));
            case EMPTY_NOTE -> {
                note(hBlock(K));
                go(EMPTY_RELEASE);
            }
            case EMPTY_RELEASE -> {
                cas(K, RESERVED, forWhom(), Form.FREE, 0);
                go(Step.of(s[at + AFTER_EMPTY]));
            }

            case OFFER_BEGIN -> {
                handle(H, block, s[b + GENERATION]);
                if (cas(H, LIVE, me + 1, Form.OFFER, me + 1)) {
                    lose(OWN, block);
                    s[at + OFFERED] |= (byte) (1 << block);
                }
                done();
            }
            case ACCEPT -> {
                if (revive(H, Form.OFFER, s[at + PUBLISHER], me + 1, false)) {
                    gain(hBlock(H));
                    go(TAKE_NOTE);
                } else {
                    done();
                }
            }

            case ADOPT -> {
                if (revive(H, ORPHAN, 0, me + 1, false)) {
                    gain(hBlock(H));
                    go(TAKE_NOTE);
                } else {
                    done();
                }
            }

            default -> reap();
        }
    }

    private void takeRecord(int cell) {
        if (cellOf(H) != cell || s[form.block(hBlock(H)) + GENERATION] != s[at + H + 1]) {
            done();
        } else if (isState(H, PUB)) {
            help(TAKE_RECORD);
        } else if (isState(H, HELD)) {
            go(TAKE_CLAIM);
        } else {
            goIf(isState(H, TAKE), TAKE_HELP, IDLE);
        }
    }

    private void replaceRecord(int cell) {
        if (cellOf(H) != cell || s[form.block(hBlock(H)) + GENERATION] != s[at + H + 1]) {
            done();
        } else if (isState(H, PUB)) {
            help(REPLACE_RECORD);
        } else if (isState(H, PUBS)) {
            helpShared(REPLACE_RECORD);
        } else {
            copy(at + H, at + A);
            go(REPLACE_CELL);
        }
    }

    // ---------------------------------------------------------------- help

    private void help(Step then) {
        s[at + PUBLISHER] = (byte) owner(H);
        s[at + RETURN] = then.code();
        go(is(Mutant.HELPER_LOOKS_AT_THE_CELL_FIRST) ? HELP_CELL : HELP_DISPLACED);
    }

    private void helpShared(Step then) {
        s[at + PUBLISHER] = (byte) owner(H);
        s[at + RETURN] = then.code();
        go(HELP_SHARED_CELL);
    }

    private void readDisplaced() {
        int b = form.block(hBlock(H));
        s[at + A] = 0;
        s[at + A + 1] = 0;
        if (s[b + KIND] == DISPLACES) {
            copy(b + CHANGED_BLOCK, at + A);
        }
    }

    private void settleDisplaced() {
        goIf(s[at + A] != 0 && !is(Mutant.REPLACE_HOLDS_BEFORE_IT_CLAIMS), HELP_VICTIM, HELP_HOLD);
    }

    private Step afterClaim() {
        return is(Mutant.REPLACE_HOLDS_BEFORE_IT_CLAIMS) ? returnTo() : HELP_HOLD;
    }

    private Step returnTo() {
        return Step.of(s[at + RETURN]);
    }

    /** The cell holds another: nothing to help. A reaper then knows that the publication was not committed. */
    private void helpedInVain() {
        goIf(s[at + REAPED] != 0, REAP_UNPUBLISH, IDLE);
    }

    private void uncell(Step then) {
        s[at + AFTER_EMPTY] = then.code();
        go(UNCELL_READ);
    }

    /** Whose number a block without holders is withheld by: a reaper acts for the dead one. */
    private int forWhom() {
        return s[at + REAPED] != 0 ? s[at + REAPED] : me + 1;
    }

    // ---------------------------------------------------------------- reap

    private void reap() {
        int dead = s[at + REAPED];
        int index = s[at + INDEX];
        int b = form.block(index);
        switch (Step.of(s[at + STEP])) {
            case REAP_NEXT -> reapNext(dead, index);
            case REAP_UNPUBLISH -> {
                cas(H, PUB, dead, LIVE, dead);
                go(REAP_NEXT);
            }
            case REAP_PUBS_CELL -> goIf(holds(s[at + AT], H), HELP_SHARED, REAP_UNPUBS);
            case REAP_UNPUBS -> {
                cas(H, PUBS, dead, LIVE, dead);
                go(REAP_NEXT);
            }
            case REAP_TAKE_CLEAR -> {
                clear(s[b + CELL] - 1, H);
                go(REAP_TAKE);
            }
            case REAP_TAKE -> {
                if (is(Mutant.REAPER_SENDS_TAKE_TO_HELD)) {
                    cas(H, TAKE, dead, HELD, 0);
                } else {
                    revive(H, TAKE, dead, dead, false);
                }
                go(REAP_NEXT);
            }
            case REAP_OFFER -> {
                revive(H, Form.OFFER, dead, dead, false);
                go(REAP_NEXT);
            }
            case REAP_NOTE -> {
                note(index);
                go(REAP_FREE);
            }
            case REAP_FREE -> {
                cas(H, LIVE, dead, keeps ? ORPHAN : Form.FREE, 0);
                go(REAP_NEXT);
            }
            case REAP_RESERVED -> {
                cas(H, RESERVED, dead, Form.FREE, 0);
                go(REAP_NEXT);
            }
            case REAP_HOLDERS -> {
                s[at + AFTER_EMPTY] = REAP_NEXT.code();
                if (!seeHolders(K)) {
                    nextRecord();
                } else if (s[at + SEEN] == 0) {
                    go(EMPTY_WITHHOLD);
                } else {
                    goIf((s[at + SEEN] & 1 << (dead - 1)) != 0, REAP_BIT, REAP_CELL);
                }
            }
            case REAP_BIT -> {
                int left = s[at + SEEN] & ~(1 << (dead - 1));
                if (!casHolders(K, left)) {
                    go(REAP_HOLDERS);
                } else {
                    goIf(left == 0, EMPTY_WITHHOLD, REAP_CELL);
                }
            }
            case REAP_CELL -> {
                boolean holds = holds(cellOf(K), K);
                nextRecord();
                if (!holds) {
                    uncell(REAP_NEXT);
                }
            }
            case REAP_DONE -> {
                int other = form.process(dead - 1);
                put(other, STATUS, GONE);
                put(other, LOCK, 0);
                for (int block = 0; block < form.blocks; block++) {
                    if (s[form.block(block) + CELL] == TO + dead - 1) {
                        put(form.block(block), CELL, TO_NOBODY);
                    }
                }
                done();
            }
            default -> throw new AssertionError(Step.of(s[at + STEP]).name());
        }
    }

    private void reapNext(int dead, int index) {
        if (index == form.blocks) {
            if (s[at + PASS] == 1) {
                s[at + PASS] = 2;
                s[at + INDEX] = 0;
                go(REAP_NEXT);
            } else {
                go(REAP_DONE);
            }
            return;
        }
        int b = form.block(index);
        handle(H, index, s[b + GENERATION]);
        copy(at + H, at + K);
        boolean publishing = s[at + PASS] == 1 || is(Mutant.REAPER_GOES_ONCE);
        boolean rest = s[at + PASS] == 2;
        int state = s[b + STATE];
        if (state == SHARED && rest && !is(Mutant.REAPER_FORGETS_HOLDERS)) {
            go(REAP_HOLDERS);
        } else if (s[b + OWNER] != dead) {
            nextRecord();
        } else if (state == PUB && publishing) {
            s[at + AT] = (byte) (s[b + CELL] - 1);
            if (s[b + CELL] == 0) {
                go(REAP_UNPUBLISH);
            } else {
                help(REAP_NEXT);
            }
        } else if (state == PUBS && publishing) {
            s[at + AT] = (byte) (s[b + CELL] - 1);
            s[at + PUBLISHER] = (byte) dead;
            s[at + RETURN] = REAP_NEXT.code();
            go(REAP_PUBS_CELL);
        } else if (state == TAKE && rest) {
            goIf(s[b + CELL] == 0, REAP_TAKE, REAP_TAKE_CLEAR);
        } else if (state == Form.OFFER && rest) {
            go(REAP_OFFER);
        } else if (state == LIVE && rest) {
            go(REAP_NOTE);
        } else if (state == RESERVED && rest) {
            go(REAP_RESERVED);
        } else {
            nextRecord();
        }
    }

    private void nextRecord() {
        s[at + INDEX]++;
        go(REAP_NEXT);
    }

    // ---------------------------------------------------------------- shared memory

    private boolean cas(int handle, int from, int fromOwner, int to, int toOwner) {
        int b = form.block(hBlock(handle));
        if (!isState(handle, from) || s[b + OWNER] != fromOwner) {
            return false;
        }
        put(b, STATE, to);
        put(b, OWNER, toOwner);
        return true;
    }

    /** To LIVE, with a generation that nobody knows. */
    private boolean revive(int handle, int from, int fromOwner, int toOwner, boolean sameGeneration) {
        if (!cas(handle, from, fromOwner, LIVE, toOwner)) {
            return false;
        }
        int block = hBlock(handle);
        if (!sameGeneration) {
            byte fresh = form.fresh(s, block);
            s[form.block(block) + GENERATION] = fresh;
            s[at + handle + 1] = fresh;
        }
        return true;
    }

    private boolean isState(int handle, int state) {
        int b = form.block(hBlock(handle));
        return s[b + STATE] == state && s[b + GENERATION] == s[at + handle + 1];
    }

    private int owner(int handle) {
        return s[form.block(hBlock(handle)) + OWNER];
    }

    private int cellOf(int handle) {
        return s[form.block(hBlock(handle)) + CELL] - 1;
    }

    private void set(int block, int state, int owner, int generation) {
        int b = form.block(block);
        put(b, STATE, state);
        put(b, OWNER, owner);
        put(b, GENERATION, generation);
    }

    private void note(int block) {
        int b = form.block(block);
        put(b, KIND, NOTE);
        put(b, CHANGED_BLOCK, 0);
        put(b, CHANGED_GENERATION, 0);
        put(b, BITS, 0);
    }

    private void holders(int block, int generation, int bits) {
        int b = form.block(block);
        put(b, KIND, HOLDERS);
        put(b, CHANGED_BLOCK, 0);
        put(b, CHANGED_GENERATION, generation);
        put(b, BITS, bits);
    }

    private boolean seeHolders(int handle) {
        int b = form.block(hBlock(handle));
        if (s[b + KIND] != HOLDERS || s[b + CHANGED_GENERATION] != s[at + handle + 1]) {
            return false;
        }
        s[at + SEEN] = s[b + BITS];
        return true;
    }

    private boolean casHolders(int handle, int bits) {
        int b = form.block(hBlock(handle));
        if (s[b + KIND] != HOLDERS || s[b + CHANGED_GENERATION] != s[at + handle + 1] || s[b + BITS] != s[at + SEEN]) {
            return false;
        }
        put(b, BITS, bits);
        return true;
    }

    private boolean readCell(int cell) {
        s[at + AT] = (byte) cell;
        copy(form.cell(cell), at + H);
        return s[at + H] != 0;
    }

    /** A place that another life noted may be none. */
    private boolean holds(int cell, int handle) {
        if (cell < 0 || cell >= form.cells) {
            return false;
        }
        int c = form.cell(cell);
        return s[c] == s[at + handle] && s[c + 1] == s[at + handle + 1];
    }

    private boolean clear(int cell, int handle) {
        if (!holds(cell, handle)) {
            return false;
        }
        put(form.cell(cell), 0, 0);
        put(form.cell(cell), 1, 0);
        return true;
    }

    private void fill(int cell, int handle) {
        copy(at + handle, form.cell(cell));
    }

    private void copy(int from, int to) {
        s[to] = s[from];
        s[to + 1] = s[from + 1];
    }

    private void put(int base, int field, int value) {
        s[base + field] = (byte) value;
    }

    // ---------------------------------------------------------------- its own memory

    private void mine(int block, int cell) {
        s[at + BLOCK] = (byte) block;
        s[at + AT] = (byte) cell;
    }

    private boolean has(int what, int block) {
        return (s[at + what] & 1 << block) != 0;
    }

    private void gain(int block) {
        s[at + OWN] |= (byte) (1 << block);
        lose(OFFERED, block);
    }

    private void lose(int what, int block) {
        s[at + what] &= (byte) ~(1 << block);
    }

    private int hBlock(int handle) {
        return s[at + handle] - 1;
    }

    private void handle(int which, int block, int generation) {
        s[at + which] = (byte) (block + 1);
        s[at + which + 1] = (byte) generation;
    }

    private boolean go(Step next) {
        if (next == IDLE) {
            done();
        } else {
            s[at + STEP] = next.code();
        }
        return true;
    }

    private void goIf(boolean condition, Step yes, Step no) {
        go(condition ? yes : no);
    }

    private void done() {
        java.util.Arrays.fill(s, at + STEP, at + PROCESS_LENGTH, (byte) 0);
    }
}
