package io.shm.schedule;

/** Something that a participant does, from beginning to end. */
interface Operation {
    void run(Actor actor);
}
