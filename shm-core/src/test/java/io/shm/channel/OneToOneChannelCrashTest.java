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
