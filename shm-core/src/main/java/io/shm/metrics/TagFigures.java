package io.shm.metrics;

import io.shm.inspect.TagRow;

/** A row of the inspector as JMX reads it. */
final class TagFigures implements TagUsage {
    private final TagRow row;

    TagFigures(TagRow row) {
        this.row = row;
    }

    @Override
    public String getTag() {
        return row.name();
    }

    @Override
    public long getBlocks() {
        return row.blocks();
    }

    @Override
    public long getBytes() {
        return row.bytes();
    }

    @Override
    public long getBudget() {
        return row.budget();
    }

    @Override
    public long getRefusals() {
        return row.refused();
    }

    @Override
    public long getAllocations() {
        return row.totals() == null ? 0 : row.totals().allocations();
    }

    @Override
    public long getFrees() {
        return row.totals() == null ? 0 : row.totals().frees();
    }
}
