package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.cell.Hold;
import io.shm.heap.Block;
import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import io.shm.ledger.BlockType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the rows of blocks say of those that are in cells. */
class CellRowsTest {
    private static final BlockType NODE = BlockType.of("node").cell(16);

    @Test
    void sayInWhichCellABlockIsAndWhoHoldsIt() {
        try (Region region = Region.create(RegionOptions.anonymous().size(4 << 20))) {
            Block held = region.allocate(10);
            Block element = region.allocate(20);
            Block shared = region.allocate(30);
            Block node = region.allocate(io.shm.heap.BlockSpec.of(40).type(NODE));
            Block inNode = region.allocate(50);
            Block own = region.allocate(60);
            region.root("orders").publish(held);
            region.array("sends", 3).append(element);
            Hold hold = region.root("table").share(shared);
            region.slot(node, 16).publish(inNode);
            region.root("orders 2").publish(node);
            try (Inspector inspector = Inspector.open(region.reference())) {
                assertThat(row(inspector, 10).heldIn()).isEqualTo("root 'orders'");
                assertThat(row(inspector, 10).state()).isEqualTo("held");
                assertThat(row(inspector, 10).owner()).isNull();
                assertThat(row(inspector, 10).change()).isEqualTo("published");
                assertThat(row(inspector, 10).cell())
                        .isEqualTo(region.root("orders").offset());
                assertThat(row(inspector, 20).heldIn())
                        .isEqualTo("element 0 of block "
                                + region.root("sends").get().offset());
                assertThat(row(inspector, 30).heldIn()).isEqualTo("root 'table'");
                assertThat(row(inspector, 30).change()).isEmpty();
                assertThat(row(inspector, 30).holders()).hasSize(1);
                assertThat(row(inspector, 30).holders().get(0).pid())
                        .isEqualTo((int) ProcessHandle.current().pid());
                assertThat(row(inspector, 50).heldIn()).isEqualTo("offset 16 of block " + node.offset());
                assertThat(row(inspector, 60).heldIn()).isEmpty();
                assertThat(row(inspector, 60).cell()).isZero();
                assertThat(row(inspector, 60).holders()).isEqualTo(List.of());
            }
            hold.close();
            own.free();
        }
    }

    private static BlockRow row(Inspector inspector, long size) {
        BlockRow[] found = new BlockRow[1];
        inspector.blocks(row -> row.size() == size, row -> found[0] = row);
        assertThat(found[0]).as("block of %s bytes", size).isNotNull();
        return found[0];
    }
}
