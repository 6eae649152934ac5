package io.shm.schedule;

/** What somebody does who watches correct programs. */
enum ProgramOperation implements Operation {
    /** While the others go on: each read of the search is a point where they may. */
    LOOK_FOR_LEAKS {
        @Override
        public void run(Actor actor) {
            if (actor.random.nextInt(4) == 0) {
                actor.lookForLeaks();
            }
        }
    }
}
