package io.shm.cli.export;

import io.shm.cli.render.Owners;
import io.shm.cli.render.Text;
import io.shm.inspect.BlockRow;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A folder with a file {@code <address>.mem} for every block in use. What an earlier export has left there goes, as a
 * freed block's file would; no other file is touched.
 */
public final class MemdirExport extends BlockExport {
    private final Path folder;

    /** Makes the folder where it is absent, and takes the files of an earlier export away. */
    public MemdirExport(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, MemdirExport::isOurs)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private static boolean isOurs(Path file) {
        return file.getFileName().toString().matches("0x[0-9a-f]+\\.mem")
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    protected void write(BlockRow block) throws IOException {
        StringBuilder text = new StringBuilder(160);
        line(text, "size", Long.toString(block.size()));
        line(text, "site", block.site().toString());
        line(text, "state", block.state());
        line(text, "tag", block.tag());
        line(text, "owner", Owners.named(block.owner() != null ? block.owner() : block.allocatedBy()));
        line(text, "since", block.since() == null ? "" : block.since().toString());
        // Never through a link that somebody has put there: CREATE_NEW does not follow one.
        Files.writeString(
                folder.resolve("0x" + Long.toHexString(block.offset()) + ".mem"),
                text,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
    }

    private static void line(StringBuilder text, String key, String value) {
        if (!value.isEmpty()) {
            text.append(key).append(':').append(Text.safe(value)).append('\n');
        }
    }
}
