package io.shm.schedule;

import java.util.ArrayList;
import java.util.List;

/** Something that a participant does, from beginning to end. */
interface Operation {
    void run(Actor actor);

    /** Whatever there is. */
    static List<Operation> all() {
        List<Operation> all = new ArrayList<>(List.of(HeapOperation.values()));
        all.addAll(List.of(CellOperation.values()));
        return all;
    }

    /** What a correct program does, and somebody who watches it. */
    static List<Operation> correct() {
        List<Operation> correct = all();
        correct.remove(HeapOperation.FREE_TWICE);
        correct.add(ProgramOperation.LOOK_FOR_LEAKS);
        return correct;
    }
}
