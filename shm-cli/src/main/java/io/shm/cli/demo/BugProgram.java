package io.shm.cli.demo;

import io.shm.Region;
import io.shm.cell.CellArray;
import io.shm.cell.Slot;
import io.shm.heap.Block;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;

/** A process of a program with one of the bugs. */
public final class BugProgram {
    private static final Site ALLOCATE = Site.here("allocate");
    private static final Site STORE = Site.here("store");
    private static final Tag PACKET = Tag.of("packet");

    private static final int LENGTH = 100;
    private static final int CALLS = 100;
    private static final int STORES = 50;
    private static final int ROUNDS = 2000;
    private static final long WINDOW_NS = 50_000;

    private final Region region;
    private final Figures figures;

    private BugProgram(Region region, Figures figures) {
        this.region = region;
        this.figures = figures;
    }

    /** @param args what to attach, which bug, and which of its processes this is */
    public static void main(String[] args) {
        ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
        Thread watch = new Thread(() -> {
            parent.onExit().join();
            Runtime.getRuntime().halt(1);
        });
        watch.setDaemon(true);
        watch.start();
        Bug bug = Bug.of(args[1]);
        try (Region region = Region.attach(args[0], "demo-" + bug.label())) {
            BugProgram program = new BugProgram(region, Figures.attach(region, bug.figures()));
            switch (bug) {
                case QUEUE -> program.queue();
                case RACE -> program.race(Integer.parseInt(args[2]));
                case ARRAY -> program.array();
            }
        }
    }

    // ---------------------------------------------------------------- 1: the other branch

    private void queue() {
        CellArray queue = region.array("queue", LENGTH);
        for (int call = 0; call < CALLS; call++) {
            call(queue, call);
        }
        for (int i = 0; i < LENGTH; i++) {
            Block queued = queue.take(i);
            if (queued != null) {
                queued.free();
                figures.add("freed", 1);
            }
        }
    }

    private void call(CellArray queue, int call) {
        figures.add("calls", 1);
        Block block = region.allocate(64, PACKET, ALLOCATE);
        if (call % 10 != 9) {
            queue.append(block, STORE);
            figures.add("queued", 1);
        } else {
            // Refused, and forgotten.
            figures.add("refused", 1);
        }
    }

    // ---------------------------------------------------------------- 2: look, then store

    /** Each round is about a place of its own, so that what one round loses no later round hides. */
    private void race(int process) {
        CellArray raw = region.array("raw", ROUNDS);
        CellArray safe = region.array("safe", ROUNDS);
        for (int round = 0; round < ROUNDS; round++) {
            figures.meet(process, 1 + round);
            storeRaw(raw.slot(round));
        }
        for (int round = 0; round < ROUNDS; round++) {
            figures.meet(process, 1 + ROUNDS + round);
            storeSafe(safe.slot(round));
        }
        figures.meet(process, 2 * ROUNDS + 1);
        if (process == 0) {
            // Not what the stores saw before them: two at the same instant both see nothing.
            figures.add("lost", figures.get("stored") - raw.count());
            figures.add("rounds", ROUNDS);
            figures.add("safeRounds", ROUNDS);
        }
    }

    private void storeRaw(Slot slot) {
        if (slot.isEmpty()) {
            pause();
            Block mine = region.allocate(64, PACKET, ALLOCATE);
            slot.putRaw(mine, STORE);
            figures.add("stored", 1);
        }
    }

    private void storeSafe(Slot slot) {
        boolean empty = slot.isEmpty();
        pause();
        Block there = slot.getOrAllocate(() -> region.allocate(64, PACKET, ALLOCATE));
        if (empty && there.handle() != slot.handle()) {
            figures.add("safeLost", 1);
        }
    }

    /** The window between the look and the store, in which the other process looks as well. */
    private static void pause() {
        long until = System.nanoTime() + WINDOW_NS;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    // ---------------------------------------------------------------- 3: the counter that was not raised

    private int memNum;

    private void array() {
        CellArray sendMem = region.array("sendMem", LENGTH);
        for (int call = 0; call < STORES; call++) {
            figures.add("calls", 1);
            try {
                add(sendMem, call);
            } catch (IllegalStateException expected) {
                figures.add("exceptions", 1);
            }
        }
        figures.add("memNum", memNum);
        append();
    }

    private void add(CellArray sendMem, int call) {
        Block block = region.allocate(128, PACKET, ALLOCATE);
        if (sendMem.slot(memNum).putRaw(block, STORE) != 0) {
            figures.add("overwritten", 1);
        }
        if (call % 7 == 3) {
            throw new IllegalStateException("before the counter is raised");
        }
        memNum++;
    }

    /** The same with an array that reserves and publishes in one step, and knows where it ends. */
    private void append() {
        CellArray bounded = region.array("bounded", LENGTH);
        for (int i = 0; i <= LENGTH; i++) {
            Block block = region.allocate(128, PACKET, ALLOCATE);
            if (bounded.append(block, STORE) >= 0) {
                figures.add("appended", 1);
            } else {
                figures.add("refused", 1);
                block.free();
            }
        }
    }
}
