package io.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.channel.Answer;
import io.shm.channel.Request;
import io.shm.channel.Server;
import io.shm.inspect.Inspector;
import io.shm.inspect.Picture;
import io.shm.inspect.Verification;
import io.shm.ladder.Ladder;
import io.shm.ledger.SiteCapture;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Level 6 of channels: real processes that send, receive, ask, serve, tell and listen are killed with SIGKILL in the middle of
 * it. Each call of a living one has an answer, no message is half there, all rules hold after each kill, and whenever all are
 * dead nothing is left of them.
 */
@ExtendWith(RegionTraces.class)
@Timeout(7200)
class ChannelKillsIT {
    private static final int KILLS = Ladder.size("channel.kills", 12, 1000);
    private static final int AT_ONCE = 3;
    /** As SIGKILL ends a process. */
    private static final int KILLED = 128 + 9;
    /** The two channels, the requests, the broadcast. */
    private static final int OWN_BLOCKS = 4;

    private final long seed = Ladder.seed();
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Map<Answer, Integer> answers = new EnumMap<>(Answer.class);

    @Test
    void everyCallHasItsAnswerAndNothingIsLeftOfTheDead() throws Exception {
        System.out.println("ChannelKillsIT -Dshm.seed=" + seed);
        String name = RegionTraces.name("channel-kills");
        Ladder.row("6", "senders, receivers, servers killed with SIGKILL", "channel.kills", seed, count -> {
            RegionOptions options = RegionOptions.named(name).size(12 << 20).siteCapture(SiteCapture.off());
            try (Region region = Region.create(options);
                    Inspector inspector = Inspector.open(name)) {
                ChannelWork work = new ChannelWork(region);
                for (int kills = 0; kills < KILLS; kills += AT_ONCE) {
                    round(region, work, inspector, count);
                }
            } finally {
                Region.remove(name, true);
            }
        });
        System.out.println("answers: " + answers);
        assertThat(answers).containsKey(Answer.REPLIED);
    }

    private void round(Region region, ChannelWork work, Inspector inspector, Ladder.Count count) throws Exception {
        List<ChildOfLadder> victims = new ArrayList<>();
        try {
            for (int i = 0; i < AT_ONCE; i++) {
                victims.add(new ChildOfLadder(
                        ChannelKillVictim.class, region.reference(), Long.toString(random.nextLong())));
            }
            for (ChildOfLadder victim : victims) {
                victim.expect("working");
            }
            for (ChildOfLadder victim : victims) {
                go(work, 20 + random.nextInt(100));
                assertThat(victim.kill()).as("exit code of %s", victim.pid()).isEqualTo(KILLED);
                go(work, random.nextInt(10));
                assertSound(inspector.verify());
                count.add(1);
            }
        } finally {
            victims.forEach(ChildOfLadder::close);
        }
        region.reapDead();
        assertEmpty(work);
        Picture picture = inspector.picture();
        assertThat(picture.processes()).hasSize(1);
        assertThat(picture.blocks()).as("blocks in use").isEqualTo(OWN_BLOCKS);
        assertSound(inspector.verify());
    }

    private void go(ChannelWork work, int steps) throws InterruptedException {
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(7)) {
                case 0 -> work.send(random);
                case 1 -> work.receive(1);
                case 2 -> work.tell(random);
                case 3 -> work.sendAlone(random);
                case 4 -> work.receiveAlone(random, 1);
                default -> answers.merge(work.call(random), 1, Integer::sum);
            }
        }
    }

    /** What was in the channel, and what nobody had answered, is all that the dead have left. */
    private static void assertEmpty(ChannelWork work) throws InterruptedException {
        while (work.receive(0)) {
            Thread.onSpinWait();
        }
        assertThat(work.lane.becomeReceiver()).as("the dead are no receivers").isTrue();
        assertThat(work.lane.becomeSender()).as("the dead are no senders").isTrue();
        while (ChannelWork.receive(work.lane, 0)) {
            Thread.onSpinWait();
        }
        work.lane.resign();
        assertThat(work.broadcast.subscribers()).isZero();
        assertThat(work.requests.isServed()).isFalse();
        try (Server server = work.requests.server()) {
            Request left = server.poll();
            assertThat(left).as("a request of the dead").isNull();
        }
    }

    private static void assertSound(Verification verification) {
        assertThat(verification.broken()).as("broken rules").isEmpty();
        assertThat(verification.quarantined()).as("out of use").isEmpty();
    }
}
