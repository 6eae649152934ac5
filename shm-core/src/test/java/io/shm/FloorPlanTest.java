package io.shm;

import org.junit.jupiter.api.Test;

class FloorPlanTest {
    @Test
    void t() {}
}
