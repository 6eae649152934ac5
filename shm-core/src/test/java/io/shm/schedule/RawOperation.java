package io.shm.schedule;

/** What programs do that do not look what a cell holds, and what finds out. */
enum RawOperation implements Operation {
    PUT_RAW {
        @Override
        public void run(Actor actor) {
            Actor.Owned block = actor.giveOne();
            if (block != null) {
                actor.putRaw(Schedule.CELLS[actor.random.nextInt(Schedule.CELLS.length)], block.block);
            }
        }
    },
    /** A slice of the walk that everybody's housekeeper does. */
    LOOK_FOR_DAMAGE {
        @Override
        public void run(Actor actor) {
            actor.lookForDamage();
        }
    }
}
