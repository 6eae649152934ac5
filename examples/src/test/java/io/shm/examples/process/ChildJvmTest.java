package io.shm.examples.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChildJvmTest {
    @Test
    void aDebuggerOfTheParentIsNotTheChilds() {
        assertThat(ChildJvm.isDebugger("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=5005"))
                .isTrue();
        assertThat(ChildJvm.isDebugger("-Xrunjdwp:transport=dt_socket")).isTrue();
        assertThat(ChildJvm.isDebugger("-agentlib:other")).isFalse();
        assertThat(ChildJvm.isDebugger("-Xmx64m")).isFalse();
    }
}
