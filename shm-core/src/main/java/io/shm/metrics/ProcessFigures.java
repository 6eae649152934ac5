package io.shm.metrics;

import io.shm.inspect.ProcessRow;
import java.util.Locale;

/** A row of the inspector as JMX reads it. */
final class ProcessFigures implements ProcessUsage {
    private final ProcessRow row;

    ProcessFigures(ProcessRow row) {
        this.row = row;
    }

    @Override
    public int getPid() {
        return row.process().pid();
    }

    @Override
    public String getName() {
        return row.process().name();
    }

    @Override
    public String getState() {
        return row.process().state().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public long getBlocks() {
        return row.blocks();
    }

    @Override
    public long getBytes() {
        return row.bytes();
    }
}
