package io.shm.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.heap.Block;
import io.shm.heap.HeapFixture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes through a cell is freed by another process than the one whose slab it lies in. */
class FreedElsewhereTest {
    private static final long LARGE = 100_000;

    private final CellFixture fixture = new CellFixture(1 << 20);
    private final CellFixture.Peer giver = fixture.peer(1);
    private final CellFixture.Peer taker = fixture.peer(2);

    @Test
    void itsSlabsServeOtherClassesAgain() {
        giver.root("x");
        int room = fixture.region.room(LARGE);
        List<Block> blocks = new ArrayList<>(HeapFixture.fill(giver.heap, 3000));
        assertThat(giver.allocate(LARGE)).isNull();
        for (Block block : blocks) {
            assertThat(giver.root("x").publish(block)).isTrue();
            taker.root("x").take().free();
        }

        assertThat(HeapFixture.fill(giver.heap, LARGE)).hasSize(room);
    }
}
