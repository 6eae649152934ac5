package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.inspect.EventCursor;
import io.shm.inspect.EventsLook;
import io.shm.inspect.Inspector;
import io.shm.inspect.Replay;
import io.shm.inspect.ToldAndLive;
import io.shm.ladder.Ladder;
import io.shm.layout.RegionMap;
import io.shm.ledger.EventLog;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import io.shm.ledger.RegionHeader;
import io.shm.ledger.SiteCapture;
import io.shm.memory.SharedMemory;
import io.shm.segment.Access;
import io.shm.segment.Segment;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A real process is killed with SIGKILL while it writes events; another works beside it. What its trace tells afterwards is
 * whole, and after the reap its replay is the ledger's live set, but for one last step of each of its threads.
 */
@ExtendWith(RegionTraces.class)
@Timeout(600)
class TraceKillIT {
    private static final int KILLS = Ladder.size("traceKills", 6, 300);
    private static final int ENTRIES = 1 << 15;
    /** Of all threads of the victim: at most three events each. */
    private static final int STEPS = ENTRIES / 3;

    private final long seed = Ladder.seed();
    private final SplittableRandom random = new SplittableRandom(seed);
    private int killedAtWork;

    @Test
    void theTraceSurvivesAndTellsWhatThereIs() throws Exception {
        System.out.println("TraceKillIT -Dshm.seed=" + seed);
        Ladder.row("6", "traced processes killed with SIGKILL, a replay each", "kills", seed, count -> {
            for (int kill = 0; kill < KILLS; kill++) {
                round(kill % 2 == 0 ? RegionOptions.Policy.FREE : RegionOptions.Policy.KEEP);
                count.add(1);
            }
        });
        System.out.println("TraceKillIT: killed at work " + killedAtWork + " of " + KILLS);
        assertThat(killedAtWork).as("of %d", KILLS).isPositive();
    }

    private void round(RegionOptions.Policy policy) throws Exception {
        String name = RegionTraces.name("traced");
        RegionOptions options =
                RegionOptions.named(name).size(64 << 20).policy(policy).siteCapture(SiteCapture.off());
        try (Region region = Region.create(options)) {
            region.startTrace(ENTRIES);
            try (Segment segment = Segment.attach(name, Access.READ_ONLY);
                    Inspector inspector = Inspector.open(name)) {
                SharedMemory memory = segment.memory();
                RegionMap map =
                        RegionHeader.check(memory, name, segment.mappedSize()).map();
                EventLog log = EventLog.find(memory, map);
                killAtWork(name, region, log);
                while (inspector.picture().processes().size() > 1) {
                    region.reapDead();
                }
                check(inspector, new LedgerScan(memory, map), policy);
            }
        } finally {
            Region.remove(name, true);
        }
    }

    private void killAtWork(String name, Region region, EventLog log) throws Exception {
        // Whoever joins next has the slot after ours, and its ring.
        int ring = 1;
        long enough = random.nextInt(STEPS / 2);
        try (ChildOfLadder victim =
                new ChildOfLadder(TraceVictim.class, name, Long.toString(random.nextLong()), Integer.toString(STEPS))) {
            Thread beside = new Thread(() -> TraceVictim.work(region, random.split(), new AtomicLong(STEPS / 10)));
            beside.start();
            victim.expect("working");
            while (log.next(ring) <= enough) {
                Thread.onSpinWait();
            }
            // Not by its Process, which closes what it has said.
            ProcessHandle.of(victim.pid()).orElseThrow().destroyForcibly();
            beside.join();
            int done = 0;
            while (victim.readLine() != null) {
                done++;
            }
            killedAtWork += done < TraceVictim.THREADS ? 1 : 0;
        }
    }

    private void check(Inspector inspector, LedgerScan scan, RegionOptions.Policy policy) {
        EventsLook look = inspector.events(EventCursor.once());
        assertThat(look.missed()).isZero();
        assertThat(look.unfinished()).as("seed %d", seed).isLessThanOrEqualTo(TraceVictim.THREADS);
        ToldAndLive difference = ToldAndLive.of(inspector, look);
        assertThat(difference.onlyTold())
                .as("freed and not told, seed %d", seed)
                .hasSizeLessThanOrEqualTo(TraceVictim.THREADS);
        for (long offset : difference.onlyTold()) {
            RecordView block = scan.blockAt(offset);
            assertThat(block == null || block.isFree())
                    .as("what the ledger says, seed %d", seed)
                    .isTrue();
        }
        assertThat(difference.onlyLive())
                .as("allocated and not told, seed %d", seed)
                .hasSizeLessThanOrEqualTo(policy == RegionOptions.Policy.KEEP ? TraceVictim.THREADS : 0);
        // The comparison is of something.
        assertThat(Replay.of(look.events()).ended()).isNotEmpty();
    }
}
