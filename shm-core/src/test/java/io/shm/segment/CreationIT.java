package io.shm.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.error.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Making a segment while other processes look, compete and die. */
@ExtendWith(LeavesNothing.class)
@Timeout(120)
class CreationIT {
    private static final String NAME = LeavesNothing.PREFIX + "creation";

    @TempDir
    private Path folder;

    @Test
    void aReaderOfAThousandCreationsNeverSeesHalfASegment() throws Exception {
        try (ChildJvm creator = ChildJvm.start()) {
            creator.send("create-often " + NAME + " 1000");
            int complete = 0;
            boolean done = false;
            Thread waiter = new Thread(() -> {
                try {
                    assertThat(creator.answer()).isEqualTo("done");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            waiter.start();
            while (!done) {
                done = !waiter.isAlive();
                Access access = complete % 2 == 0 ? Access.READ_ONLY : Access.READ_WRITE;
                try (Segment segment = Segment.attach(NAME, access)) {
                    checkComplete(segment);
                    complete++;
                } catch (NotFoundException e) {
                    // Between two of them.
                }
            }
            waiter.join();
            System.out.println("saw " + complete + " complete segments");
            assertThat(complete).isPositive();
        }
    }

    private static void checkComplete(Segment segment) {
        assertThat(segment.mappedSize()).isEqualTo(65536);
        assertThat(segment.requestedSize()).isEqualTo(65536);
        assertThat(segment.lockFile().isPresent()).isTrue();
        long content = segment.memory().getLong(0);
        assertThat(content).isPositive();
        for (long offset = 0; offset < 65536; offset += Long.BYTES) {
            assertThat(segment.memory().getLong(offset)).isEqualTo(content);
        }
    }

    @Test
    void aCreatorThatIsKilledHalfWayLeavesNothingThatCanBeAttached() throws Exception {
        String path = folder.resolve(NAME).toString();
        try (ChildJvm creator = ChildJvm.start()) {
            assertThat(creator.ask("create-and-wait NAMED " + path + " 1000000"))
                    .isEqualTo("inside");
            assertThatThrownBy(() -> Segment.attach(path, Access.READ_ONLY)).isInstanceOf(NotFoundException.class);
            creator.kill();
        }
        assertThat(files()).anyMatch(SegmentPath::isTemporary).doesNotContain(NAME);
        assertThatThrownBy(() -> Segment.attach(path, Access.READ_WRITE)).isInstanceOf(NotFoundException.class);

        try (Segment segment = Segment.create(SegmentSpec.named(path, 4096), Initializer.NOTHING)) {
            assertThat(segment.memory().getLong(0)).isZero();
        }
        assertThat(files()).containsExactlyInAnyOrder(NAME, "." + NAME + ".lock");
    }

    @Test
    void aSlowCreatorIsNotTakenForADeadOne() throws Exception {
        String path = folder.resolve(NAME).toString();
        try (ChildJvm creator = ChildJvm.start();
                ChildJvm rival = ChildJvm.start()) {
            creator.ask("create-and-wait NAMED " + path + " 4096");

            assertThat(rival.ask("create NAMED " + path + " 4096"))
                    .startsWith("!BusyException")
                    .contains("exists: another process is making");
            assertThat(rival.ask("create NAMED " + folder.resolve("other") + " 4096"))
                    .doesNotStartWith("!");
            creator.send("go on");
            assertThat(creator.answer()).isEqualTo(path);
            assertThat(rival.ask("attach " + path + " READ_WRITE")).isEqualTo(path);
        }
    }

    @Test
    void ofProcessesThatCreateAtOnceOneWins() throws Exception {
        List<ChildJvm> children = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                children.add(ChildJvm.start());
            }
            for (ChildJvm child : children) {
                assertThat(child.ask("available")).isEqualTo("true");
            }
            for (int round = 0; round < 20; round++) {
                String path = folder.resolve(NAME + round).toString();
                children.forEach(child -> child.send("create NAMED " + path + " 65536"));
                List<String> answers = new ArrayList<>();
                for (ChildJvm child : children) {
                    answers.add(child.answer());
                }
                assertThat(answers).filteredOn(answer -> answer.equals(path)).hasSize(1);
                assertThat(answers)
                        .filteredOn(answer -> answer.startsWith("!BusyException"))
                        .hasSize(3)
                        .allMatch(answer -> answer.contains("exists"));
            }
        } finally {
            for (ChildJvm child : children) {
                child.close();
            }
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
