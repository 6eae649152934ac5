package io.shm.segment;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What creators left that died half-way: unfinished files, and lock files without a segment. */
final class Leftovers {
    private Leftovers() {}

    /** Removes those whose creator is known to be dead. What we may not remove stays, for somebody who may. */
    static void removeFrom(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                folder, file -> SegmentPath.isTemporary(file.getFileName().toString()))) {
            for (Path file : files) {
                remove(file);
            }
        } catch (IOException e) {
            // The folder may not be read. Then it is not for us to clean.
        }
    }

    private static void remove(Path temporary) {
        try {
            Creator creator = Creator.of(temporary.getFileName().toString());
            FileFacts facts = FileFacts.of(temporary);
            if (creator == null || !creator.isDead() || facts == null || !facts.isRegular()) {
                return;
            }
            Files.deleteIfExists(temporary);
            removeLockFile(SegmentPath.ofTemporary(temporary));
        } catch (IOException e) {
            // Another user's, or removed by another process just now.
        }
    }

    /** Under the claim, so that no creator is about to use it. */
    private static void removeLockFile(SegmentPath path) throws IOException {
        if (FileFacts.of(path.file()) != null) {
            return;
        }
        LockFile lock = Claim.holdCurrent(path);
        if (lock == null) {
            return;
        }
        try {
            if (FileFacts.of(path.file()) == null && lock.heldCount() == 0) {
                Files.deleteIfExists(path.lockFile());
            }
        } finally {
            lock.close();
        }
    }
}
