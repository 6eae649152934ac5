package io.shm.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.memory.InterruptedMemory;
import io.shm.memory.SharedMemory;
import org.junit.jupiter.api.Test;

class TagsTest extends InternedTextsContractTest {
    @Override
    Table open(SharedMemory view) {
        Tags tags = new Tags(view, map);
        return new Table() {
            @Override
            public int idOf(String text) {
                try {
                    return tags.idOf(text);
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessageContaining("no room for tag").hasMessageContaining(text);
                    return 0;
                }
            }

            @Override
            public String get(int id) {
                return tags.get(id);
            }
        };
    }

    @Override
    int entries() {
        return map.tagCount();
    }

    @Test
    void theGeneralTagIsZeroAndHasNoName() {
        Tags tags = new Tags(memory, map);
        assertThat(tags.idOf("")).isZero();
        assertThat(tags.idOf(Tag.of(""))).isZero();
        assertThat(tags.get(0)).isEmpty();
        assertThat(tags.budget(0)).isZero();
        assertThatThrownBy(() -> tags.idOf("漢".repeat(400)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1200");
    }

    @Test
    void twoThatChargeABudgetAtOnceNeverExceedIt() {
        Tags tags = new Tags(memory, map);
        int tag = tags.idOf("packet");
        tags.setBudget(tag, 100);
        for (int n = 1; n <= 2; n++) {
            boolean[] theirs = new boolean[1];
            Tags racing = new Tags(new InterruptedMemory(memory, n, () -> theirs[0] = tags.charge(tag, 60)), map);
            boolean mine = racing.charge(tag, 60);
            assertThat(mine ^ theirs[0]).isTrue();
            assertThat(tags.used(tag)).isEqualTo(60);
            tags.refund(tag, 60);
        }
        assertThat(tags.charge(tag, 101)).isFalse();
        assertThat(tags.charge(tag, Long.MAX_VALUE)).isFalse();
        assertThat(tags.charge(tag, 100)).isTrue();
        assertThat(tags.charge(tag, 1)).isFalse();
    }
}
