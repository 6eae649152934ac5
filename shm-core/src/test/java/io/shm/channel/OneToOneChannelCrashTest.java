package io.shm.channel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The same of a channel with one sender and one receiver; they give up their roles before another takes over. */
class OneToOneChannelCrashTest extends ChannelCrashTest {
    @Override
    ChannelOptions options() {
        return super.options().oneSender().oneReceiver();
    }

    @Test
    void givesItsRolesToAnother() {
        dies(options(), 2, 0, (victim, living) -> {
            assertThat(living.send(0, false)).isTrue();
            assertThat(living.send(1, true)).isTrue();
            living.channel.resign();
            return () -> {
                victim.channel.becomeSender();
                victim.channel.becomeReceiver();
                victim.channel.offer(8, m -> m.putLong(0, SENT));
                victim.channel.resign();
                assertThat(living.channel.becomeSender()).isTrue();
                victim.channel.becomeReceiver();
            };
        });
    }

    @Test
    void followsAThreadOfItsOwnThatHasEnded() {
        dies(options(), 0, 0, (victim, living) -> {
            OneToOneChannelTest.inAThreadThatEnds(() -> {
                victim.channel.becomeSender();
                victim.channel.becomeReceiver();
            });
            return () -> {
                victim.channel.becomeReceiver();
                victim.channel.offer(8, m -> m.putLong(0, SENT));
            };
        });
    }

    @Test
    void sendsOneWhileItWritesAnother() {
        dies(
                options(),
                0,
                0,
                (victim, living) -> () -> victim.channel.offer(8, m -> {
                    m.putLong(0, SENT);
                    victim.channel.offer(8, inner -> inner.putLong(0, BESIDE));
                }));
    }

    @Test
    void theChecksCatchAReclaimerThatForgetsRoles() {
        forgetsRoles = true;
        try {
            assertThat(isCaught(this::sendsASmallMessage)).isTrue();
            assertThat(isCaught(this::receives)).isTrue();
        } finally {
            forgetsRoles = false;
        }
    }
}
