package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.shm.error.UnavailableException;
import io.shm.heap.Block;
import io.shm.inspect.Picture;
import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.inspect.ProcessRow;
import io.shm.layout.ParticipantLayout;
import io.shm.layout.RegionMap;
import io.shm.memory.SharedMemory;
import io.shm.participant.ParticipantState;
import io.shm.participant.ParticipantStates;
import io.shm.segment.Access;
import io.shm.segment.LockFile;
import io.shm.segment.Segment;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who is dead and who is not, with real processes: a survivor looks, ten times a second. */
@ExtendWith(RegionTraces.class)
@Timeout(120)
class LivenessIT {
    /** Looks of the survivor after which one more would make no difference. */
    private static final int LOOKS = 4;

    private final String name = RegionTraces.name("liveness");
    private Region region;
    private Segment segment;
    private Block own;

    @BeforeEach
    void create() {
        region = Region.create(RegionOptions.named(name).size(8 << 20).processName("survivor"));
        segment = Segment.attach(name, Access.READ_WRITE);
        own = region.allocate(10);
    }

    @AfterEach
    void remove() {
        segment.close();
        region.close();
        Region.remove(name, true);
    }

    @Test
    void aStoppedProcessIsAliveAndGoesOn() throws IOException {
        try (RegionProcess stopped = new RegionProcess(name, "stopped")) {
            long handle = Long.parseLong(stopped.ask("hold 3000 11"));
            stopped.signal("STOP");
            awaitLooks();
            assertThat(stateOf(stopped.pid())).contains(Liveness.ALIVE);
            assertThat(region.resolve(handle).getByte(0)).isEqualTo((byte) 11);
            stopped.signal("CONT");
            assertThat(stopped.ask("live")).isEqualTo("true");
            assertThat(stopped.end()).isZero();
        }
    }

    @Test
    void aZombieIsDead() throws IOException {
        // The shell becomes a sleep that never asks for its child's end.
        List<String> launcher = List.of("sh", "-c", "exec 3<&0; \"$@\" <&3 & exec sleep 1000", "sh");
        try (RegionProcess victim = new RegionProcess(launcher, name, "zombie")) {
            int pid = (int) victim.launched().pid();
            victim.ask("hold 3000 11");
            assertThat(stateOf(pid)).contains(Liveness.ALIVE);
            victim.launched().destroyForcibly();
            while (stateOf(pid).isPresent()) {
                assertThat(Files.exists(Path.of("/proc/" + pid))).isTrue();
            }
            assertThat(Files.readString(Path.of("/proc/" + pid + "/stat"))).contains(") Z ");
            assertThat(RegionTraces.picture(name).blocks()).isEqualTo(1);
        }
    }

    @Test
    void oneThatHasLostItsLockIsAliveUntilItIsGone() throws IOException {
        try (RegionProcess loser = new RegionProcess(name, "loser")) {
            long handle = Long.parseLong(loser.ask("hold 3000 11"));
            assertThat(loser.ask("loselock")).isEqualTo("lost 1");
            assertThat(stateOf(loser.pid())).contains(Liveness.LOCK_LOST);
            awaitLooks();
            assertThat(stateOf(loser.pid())).contains(Liveness.LOCK_LOST);
            assertThat(loser.ask("read " + handle + " 0")).isEqualTo("11");
            loser.kill();
            awaitGone(loser.pid());
            assertThat(RegionTraces.picture(name).blocks()).isEqualTo(1);
        }
    }

    /** A copy of the folder, say, by code of the same process: where locks are the process's, they are gone with it. */
    @Test
    void withoutJnaALockThatIsLostIsTakenAgain() throws IOException {
        List<String> withoutJna =
                List.of("-Djna.boot.library.path=/nonexistent", "-Djna.nounpack=true", "-Djna.nosys=true");
        try (RegionProcess careless = new RegionProcess(List.of(), withoutJna, name, "careless")) {
            assertThat(careless.ask("jna")).isEqualTo("false");
            long handle = Long.parseLong(careless.ask("hold 3000 11"));
            int slot = slotOf(careless.pid());
            for (int i = 0; i < 2; i++) {
                assertThat(careless.ask("readlock /dev/shm/." + name + ".lock")).startsWith("read ");
                awaitHeldForLong(slot);
            }
            assertThat(stateOf(careless.pid())).contains(Liveness.ALIVE);
            assertThat(careless.ask("read " + handle + " 0")).isEqualTo("11");
            assertThat(careless.end()).isZero();
        }
    }

    /** Whoever looks whether it is dead holds the byte for a moment as well. */
    private void awaitHeldForLong(int slot) {
        for (int times = 0; times < 300; times++) {
            LockSupport.parkNanos(1_000_000);
            if (segment.lockFile().probe(slot) != LockFile.Held.HELD) {
                times = -1;
            }
        }
    }

    @Test
    void aPidThatIsUsedAgainIsNotTheProcessBefore() throws IOException {
        try (RegionProcess victim = new RegionProcess(name, "victim")) {
            victim.ask("hold 3000 11");
            // What would be seen if our own pid had been the dead one's: it is there, with another start.
            int slot = slotOf(victim.pid());
            long body = RegionMap.participantAt(slot);
            SharedMemory memory = segment.memory();
            victim.signal("STOP");
            memory.putInt(body + ParticipantLayout.PID_OFFSET, (int)
                    ProcessHandle.current().pid());
            victim.kill();
            while (isInUse(memory, slot)) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(RegionTraces.picture(name).blocks()).isEqualTo(1);
            assertThat(own.isLive()).isTrue();
        }
    }

    @Test
    void aProcessInAnotherPidNamespaceIsAliveUntilItIsGone() throws IOException {
        List<String> unshare = List.of("unshare", "-p", "-f");
        Process trial = new ProcessBuilder("unshare", "-p", "-f", "true").start();
        assumeThat(trial.onExit().join().exitValue())
                .as("this user may make no pid namespace: unshare -p -f")
                .isZero();
        try (RegionProcess elsewhere = new RegionProcess(unshare, name, "elsewhere")) {
            long handle = Long.parseLong(elsewhere.ask("hold 3000 11"));
            int slot = slotOf(1);
            awaitLooks();
            assertThat(stateOf(1)).contains(Liveness.ALIVE);
            assertThat(region.resolve(handle).getByte(0)).isEqualTo((byte) 11);
            elsewhere.launched().destroyForcibly();
            while (isInUse(segment.memory(), slot)) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(RegionTraces.picture(name).blocks()).isEqualTo(1);
        }
    }

    @Test
    void aJoinerReapsWhereNobodyRuns() throws IOException {
        try (RegionProcess victim = new RegionProcess(name, "victim")) {
            victim.ask("hold 3000 11");
            region.close();
            victim.kill();
            assertThat(stateOf(victim.pid())).contains(Liveness.DEAD);
            try (Region joiner = Region.attach(name)) {
                assertThat(stateOf(victim.pid())).isEmpty();
                assertThat(RegionTraces.picture(name).blocks()).isZero();
                assertThat(joiner.reapDead()).isFalse();
            }
        }
    }

    @Test
    void oneThatWasTakenForDeadLeavesAndSaysSo() throws IOException {
        try (RegionProcess wronged = new RegionProcess(name, "wronged")) {
            wronged.ask("hold 3000 11");
            ParticipantStates states = new ParticipantStates(segment.memory());
            int slot = slotOf(wronged.pid());
            assertThat(states.startReaping(slot, states.word(slot))).isTrue();
            String answer = wronged.ask("hold 10 1");
            while (!answer.startsWith("UnavailableException")) {
                answer = wronged.ask("hold 10 1");
            }
            assertThat(answer)
                    .isEqualTo("UnavailableException: this process was taken for dead, or its place in the region is"
                            + " damaged: its blocks may be another's by now, so it has left the region");
            assertThat(wronged.ask("hold 10 1")).isEqualTo(answer);
            assertThat(wronged.end()).isZero();
        }
    }

    @Test
    void aRegionWhoseFileIsTruncatedIsLeftWithAMessage() throws IOException {
        Path file = segment.path();
        // Behind everything that anybody touches: what lies in the pages that are gone could only be met by luck.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(4 << 20);
        }
        while (own.isLive()) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThatThrownBy(() -> region.allocate(10))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("somebody has truncated the region's file: it had 8,388,608 bytes; this process has left"
                        + " the region");
        assertThatThrownBy(() -> own.getByte(0)).isInstanceOf(UnavailableException.class);
        region.close();
    }

    private static long word(SharedMemory memory, int slot) {
        return memory.getLongAcquire(RegionMap.participantAt(slot));
    }

    private static boolean isInUse(SharedMemory memory, int slot) {
        return ParticipantStates.stateOf(word(memory, slot)) != ParticipantState.EMPTY;
    }

    /** Waits until this process's housekeeper has looked so many times. */
    private void awaitLooks() {
        int slot = slotOf((int) ProcessHandle.current().pid());
        for (int i = 0; i < LOOKS; i++) {
            long before = heartbeat(slot);
            while (heartbeat(slot) == before) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private long heartbeat(int slot) {
        return segment.memory().getLongAcquire(RegionMap.participantAt(slot) + ParticipantLayout.HEARTBEAT_OFFSET);
    }

    private int slotOf(int pid) {
        return rowOf(pid).orElseThrow().slot();
    }

    private void awaitGone(int pid) {
        while (rowOf(pid).isPresent()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private Optional<Liveness> stateOf(int pid) {
        return rowOf(pid).map(row -> row.process().state());
    }

    private Optional<ProcessRow> rowOf(int pid) {
        Picture picture = RegionTraces.picture(name);
        return picture.processes().stream()
                .filter(row -> row.process().pid() == pid)
                .findFirst();
    }
}
