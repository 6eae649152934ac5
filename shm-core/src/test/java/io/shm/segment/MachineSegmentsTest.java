package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.layout.HeaderLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeavesNothing.class)
class MachineSegmentsTest {
    @TempDir
    private Path folder;

    private Segment create(String name) {
        return Segment.create(SegmentSpec.named(folder.resolve(name).toString(), 1000), Initializer.NOTHING);
    }

    @Test
    void listsWhatIsOursAndHowManyAreAttached() throws IOException {
        create("orphan").close();
        int id = SystemV.in(folder).shmget(0x55, 5000, SystemV.IPC_CREAT | 0640);
        Files.writeString(folder.resolve("foreign"), "not ours");
        Files.createDirectory(folder.resolve("directory"));
        ByteBuffer magic = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, HeaderLayout.MAGIC);
        Files.write(folder.resolve("copy"), magic.array());
        Files.createFile(folder.resolve("unfinished.tmp." + Creator.current().nonce()));

        try (Segment attached = create("attached")) {
            List<SegmentInfo> rows = MachineSegments.in(folder);

            assertThat(rows)
                    .extracting(row -> row.path().getFileName().toString())
                    .containsExactly("attached", "copy", "orphan", "sysv-0x00000055");
            assertThat(rows).extracting(SegmentInfo::attachCount).containsExactly(1, -1, 0, 0);
            assertThat(rows).extracting(SegmentInfo::isOrphan).containsExactly(false, false, true, true);
            assertThat(rows).extracting(SegmentInfo::kind).containsExactly(Kind.NAMED, null, Kind.NAMED, Kind.SYSV);
            assertThat(rows).extracting(SegmentInfo::size).containsExactly(1000L, 8L, 1000L, 5000L);
            assertThat(rows).extracting(SegmentInfo::mapped).containsExactly(4096L, 8L, 4096L, 8192L);
            assertThat(rows.get(0).reference()).isEqualTo(attached.reference());
            assertThat(rows.get(3).id()).isEqualTo(id);
            assertThat(rows.get(3).mode()).isEqualTo(0640);
        }
    }

    @Test
    void listsMemoryWithoutAName() {
        try (Segment segment = Segment.create(SegmentSpec.zero(1000), Initializer.NOTHING)) {
            assertThat(MachineSegments.nameless())
                    .filteredOn(row -> row.reference().equals(segment.reference()))
                    .singleElement()
                    .satisfies(row -> {
                        assertThat(row.kind()).isEqualTo(Kind.ZERO);
                        assertThat(row.size()).isEqualTo(1000);
                        assertThat(row.attachCount()).isEqualTo(1);
                        assertThat(row.path()).isNull();
                    });
        }
    }

    @Test
    void showsWhoSharesWhat() {
        String name = LeavesNothing.PREFIX + "map";
        try (Segment segment = Segment.create(SegmentSpec.named(name, 8192), Initializer.NOTHING)) {
            assertThat(MachineSegments.sharedMaps())
                    .filteredOn(map -> map.path().equals(segment.path().toString()))
                    .singleElement()
                    .satisfies(map -> {
                        assertThat(map.bytes()).isEqualTo(8192);
                        assertThat(map.pids())
                                .containsExactly(ProcessHandle.current().pid());
                    });
        }
        Segment.remove(name);
    }

    @Test
    void readsTheSystemsOwnTable() {
        assertThat(MachineSegments.systemV())
                .allSatisfy(row -> assertThat(row.size()).isPositive());
    }

    @Test
    void readsALineOfMaps() {
        MapsLine line = MapsLine.parse("7f0a1000-7f0a3000 rw-s 00001000 00:1a 42      /dev/shm/my orders (deleted)");

        assertThat(line)
                .isEqualTo(new MapsLine(
                        "7f0a1000-7f0a3000", 0x2000, true, 0x1000, "00:1a", 42, "/dev/shm/my orders (deleted)"));
        assertThat(MapsLine.parse("7ffd1000-7ffd3000 rw-p 00000000 00:00 0    [stack]"))
                .isNull();
        assertThat(MapsLine.parse("7ffd1000-7ffd3000 rw-p 00000000 00:00 0")).isNull();
    }
}
