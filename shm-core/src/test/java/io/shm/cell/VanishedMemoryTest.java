package io.shm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.UnavailableException;
import io.shm.heap.Block;
import io.shm.heap.Heap;
import io.shm.ledger.Site;
import io.shm.memory.VanishingMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The pages behind a mapping are gone, as when somebody truncates the file: whoever is in a cell then is told so. */
class VanishedMemoryTest {
    private final CellFixture fixture = new CellFixture(4 << 20);
    private final VanishingMemory memory = new VanishingMemory(fixture.region.memory);
    private final CellFixture.Peer peer = fixture.peer(1, memory);

    @Test
    void everyOperationSaysThatTheMemoryIsGone() {
        Block own = peer.allocate(100);
        Slot cell = peer.root("cell");
        assertThat(cell.publish(peer.allocate(100))).isTrue();
        Slot shared = peer.root("shared");
        Hold hold = shared.share(peer.allocate(100));
        Block node = peer.node();
        CellArray array = peer.array(4);
        long offered = peer.space.offer(peer.allocate(100), peer.self(), Site.UNKNOWN);

        Map<String, ThrowingCallable> operations = new TreeMap<>();
        operations.put("handle", cell::handle);
        operations.put("get", cell::get);
        operations.put("isEmpty", cell::isEmpty);
        operations.put("publish", () -> cell.publish(own));
        operations.put("take", cell::take);
        operations.put("exchange", () -> cell.exchange(own));
        operations.put("putRaw", () -> cell.putRaw(own, Site.UNKNOWN));
        operations.put("getOrAllocate", () -> cell.getOrAllocate(() -> own));
        operations.put("share", () -> cell.share(own));
        operations.put("acquire", shared::acquire);
        operations.put("retire", shared::retire);
        operations.put("release", hold::close);
        operations.put("slot", () -> peer.space.slot(node, 0));
        operations.put("append", () -> array.append(own));
        operations.put("element", () -> array.get(1));
        operations.put("offer", () -> peer.space.offer(own, peer.self(), Site.UNKNOWN));
        operations.put("accept", () -> peer.space.accept(offered, peer.self(), Site.UNKNOWN));
        operations.put("withdraw", () -> peer.space.withdraw(offered, Site.UNKNOWN));
        operations.put("root", () -> peer.root("another"));
        operations.put("free", own::free);
        operations.put("resize", () -> own.resize(3000));

        List<String> told = new ArrayList<>();
        peer.heap.whenLost(told::add);
        memory.vanish();
        operations.forEach((name, operation) -> {
            told.clear();
            assertThatThrownBy(operation)
                    .as(name)
                    .isInstanceOf(UnavailableException.class)
                    .hasMessage(Heap.LOST)
                    .hasCauseInstanceOf(InternalError.class);
            assertThat(told).as("whoever leaves the region, after %s", name).contains(Heap.LOST);
        });
    }
}
