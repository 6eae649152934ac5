package io.shm.segment;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment in a folder that is not the memory file system. */
class SegmentInFolderTest extends SegmentContractTest {
    @TempDir
    private Path folder;

    @Override
    SegmentSpec spec(long size) {
        return SegmentSpec.named(path(), size);
    }

    @Override
    void remove() {
        Segment.remove(path());
    }

    private String path() {
        return folder.resolve(LeavesNothing.PREFIX + "in folder").toString();
    }

    /** On a disk, memory is no limit; the disk is, if it is smaller than what this test asks. */
    @Test
    @Override
    void moreThanTheAvailableMemoryIsRefusedWithFigures() {
        try {
            assumeTrue(Space.isInMemory(folder), "not in memory: " + folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        super.moreThanTheAvailableMemoryIsRefusedWithFigures();
    }
}
