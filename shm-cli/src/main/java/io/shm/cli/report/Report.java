package io.shm.cli.report;

import io.shm.cli.render.LeakGroup;
import io.shm.cli.render.SiteChange;
import io.shm.inspect.BlockRow;
import io.shm.inspect.FaultRow;
import io.shm.inspect.Picture;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** What is known of a region, gathered for its page. Blocks are taken one by one, and none is kept. */
public final class Report implements Consumer<BlockRow> {
    /** What has changed since a baseline. */
    record Growth(Duration time, boolean sameRegion, List<SiteChange> changes) {}

    final Picture picture;
    final Instant at;
    final MemoryMap map;
    final FlameTree flame = new FlameTree();
    List<LeakGroup> leaks = List.of();
    boolean searchedWhole = true;
    List<FaultRow> faults = List.of();
    long faultsDropped;
    /** Null where there is no baseline. */
    Growth growth;

    public Report(Picture picture, Instant at) {
        this.picture = picture;
        this.at = at;
        this.map = new MemoryMap(picture);
    }

    @Override
    public void accept(BlockRow block) {
        map.add(block);
        if (!block.state().equals("quarantine") && !block.state().equals("damaged")) {
            flame.add(block);
        }
    }

    /** @param whole whether all blocks were searched for what leads to a leaked one */
    public void leaks(List<LeakGroup> groups, boolean whole) {
        leaks = groups;
        searchedWhole = whole;
    }

    /** A leaked block lies there; the groups need not have every place. */
    public void leaked(long offset) {
        map.addLeaked(offset);
    }

    /** @param dropped how many the full log could not take */
    public void faults(List<FaultRow> rows, long dropped) {
        faults = rows;
        faultsDropped = dropped;
    }

    /** What each line of code holds now and held then. */
    public void growth(Duration time, boolean sameRegion, List<SiteChange> changes) {
        growth = new Growth(time, sameRegion, changes);
    }

    /** Writes the page. */
    public void write(Appendable to) throws IOException {
        new Page(this, to).write();
    }
}
