package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.inspect.BlockRow;
import io.shm.inspect.Inspector;
import io.shm.ledger.Level;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** One process changes the level while another works: what the other notes appears and stops accordingly. */
@ExtendWith(RegionTraces.class)
@Timeout(120)
class LevelIT {
    @Test
    void recordsAppearAndStopAccordingly() throws Exception {
        String name = RegionTraces.name("level");
        try (Region region = Region.create(RegionOptions.named(name).size(4 << 20));
                RegionProcess other = new RegionProcess(name, "other")) {
            for (Level level :
                    new Level[] {Level.OFF, Level.SITES, Level.COUNTS, Level.PARANOID, Level.OFF, Level.FULL}) {
                if (level.code() % 2 == 0) {
                    Region.setLevel(name, level);
                } else {
                    region.setLevel(level);
                }
                while (!other.ask("level").equals(level.label())) {
                    Thread.onSpinWait();
                }
                BlockRow row = row(name, Long.parseLong(other.ask("walk 100")));
                boolean sites = level.compareTo(Level.SITES) >= 0;
                assertThat(row.site().method()).isEqualTo(sites ? "walk" : "");
                assertThat(row.since() != null).isEqualTo(level != Level.OFF);
                assertThat(row.size()).isEqualTo(100);
                assertThat(row.owner().name()).isEqualTo("other");
            }
            assertThat(other.end()).isZero();
        } finally {
            Region.remove(name, true);
        }
    }

    private static BlockRow row(String name, long handle) {
        List<BlockRow> rows = new ArrayList<>();
        try (Inspector inspector = Inspector.open(name)) {
            inspector.blocks(row -> row.handle() == handle, rows::add);
        }
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }
}
