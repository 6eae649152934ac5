package io.shm.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.layout.HeaderLayout;
import io.shm.layout.RegionMap;
import io.shm.memory.CrashingMemory;
import io.shm.memory.InterruptedMemory;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What sites and tags promise alike: one id for one text, in every process, whoever dies. */
abstract class InternedTextsContractTest {
    static final int SIZE = 1 << 20;

    final RegionMap map = RegionMap.forSize(SIZE, 0);
    final SharedMemory memory = SharedMemory.ofPrivate(SIZE);

    /** A table as another process has it, and how it interns a text. */
    interface Table {
        /** The id, or 0 where there is no room. */
        int idOf(String text);

        String get(int id);
    }

    abstract Table open(SharedMemory view);

    /** Entries of the table, the one of id 0 included. */
    abstract int entries();

    @Test
    void givesATextBackWhole() {
        Table first = open(memory);
        Table second = open(memory);
        for (String text : List.of(
                "x",
                "m".repeat(200),
                "订单处理器.接收消息",
                "emoji 🦆 and \u0000 zero",
                "a".repeat(1000),
                "com.acme.Send$1$$Lambda/0x00007f")) {
            int id = first.idOf(text);
            assertThat(id).isPositive();
            assertThat(first.get(id)).isEqualTo(text);
            assertThat(second.get(id)).isEqualTo(text);
            assertThat(second.idOf(text)).isEqualTo(id);
            assertThat(first.idOf(text)).isEqualTo(id);
        }
    }

    @Test
    void givesDifferentTextsDifferentIds() {
        Set<Integer> ids = new HashSet<>();
        Table table = open(memory);
        for (int i = 0; i < entries() - 1; i++) {
            assertThat(ids.add(table.idOf("text " + i))).isTrue();
        }
        assertThat(ids).doesNotContain(0).hasSize(entries() - 1);
        assertThat(table.idOf("one more")).isZero();
        Table other = open(memory);
        for (int i = 0; i < entries() - 1; i++) {
            assertThat(other.get(other.idOf("text " + i))).isEqualTo("text " + i);
        }
    }

    @Test
    void aFullTextAreaRefusesAndSpoilsNothing() {
        Table table = open(memory);
        int before = table.idOf("before");
        memory.putLong(HeaderLayout.NEXT_TEXT_OFFSET, map.textBytes() - 8);
        assertThat(table.idOf("too late")).isZero();
        assertThat(open(memory).idOf("before")).isEqualTo(before);
        memory.putLong(HeaderLayout.NEXT_TEXT_OFFSET, map.textBytes());
        assertThat(open(memory).idOf("later")).isZero();
        for (long damaged : new long[] {-8, Long.MIN_VALUE, Long.MAX_VALUE, 3}) {
            memory.putLong(HeaderLayout.NEXT_TEXT_OFFSET, damaged);
            assertThat(open(memory).idOf("damaged")).isZero();
        }
    }

    @Test
    void ofTwoThatInternOneTextAtOnceBothGetTheSameId() {
        boolean again = true;
        for (int n = 1; again; n++) {
            SharedMemory fresh = SharedMemory.ofPrivate(SIZE);
            List<Integer> theirs = new ArrayList<>();
            InterruptedMemory view = new InterruptedMemory(fresh, n, () -> {
                Table other = open(fresh);
                theirs.add(other.idOf("another"));
                theirs.add(other.idOf("the same"));
            });
            int mine = open(view).idOf("the same");
            again = view.happened();
            assertThat(open(fresh).get(mine)).isEqualTo("the same");
            if (again) {
                assertThat(theirs.get(1)).as("interrupted at %s", n).isEqualTo(mine);
                assertThat(open(fresh).get(theirs.get(0))).isEqualTo("another");
            }
        }
    }

    @Test
    void ofTwoTextsThatWantOneEntryAtOnceEachGetsItsOwn() {
        int wanted = open(SharedMemory.ofPrivate(SIZE)).idOf("the one");
        int i = 0;
        while (open(SharedMemory.ofPrivate(SIZE)).idOf("other " + i) != wanted) {
            i++;
        }
        String rival = "other " + i;
        boolean again = true;
        for (int n = 1; again; n++) {
            SharedMemory fresh = SharedMemory.ofPrivate(SIZE);
            InterruptedMemory view = new InterruptedMemory(
                    fresh, n, () -> assertThat(open(fresh).idOf(rival)).isEqualTo(wanted));
            int mine = open(view).idOf("the one");
            again = view.happened();
            assertThat(open(fresh).get(mine)).isEqualTo("the one");
            assertThat(open(fresh).get(open(fresh).idOf(rival))).as("at %s", n).isEqualTo(rival);
            if (again) {
                assertThat(mine).isNotEqualTo(wanted);
            }
        }
    }

    @Test
    void aDeathAtAnyWriteLosesNoMoreThanOneText() {
        boolean finished = false;
        for (int n = 1; !finished; n++) {
            SharedMemory fresh = SharedMemory.ofPrivate(SIZE);
            int earlier = open(fresh).idOf("earlier");
            try {
                open(new CrashingMemory(fresh, n)).idOf("the last words");
                finished = true;
            } catch (CrashingMemory.Crash e) {
                assertThat(e).hasMessageContaining("died");
            }
            Table survivor = open(fresh);
            for (int id = 1; id < entries(); id++) {
                String text = survivor.get(id);
                assertThat(text == null || text.isEmpty() || text.equals("earlier") || text.equals("the last words"))
                        .as("died at %s: id %s is '%s'", n, id, text)
                        .isTrue();
            }
            assertThat(survivor.idOf("earlier")).isEqualTo(earlier);
            assertThat(survivor.get(survivor.idOf("the last words"))).isEqualTo("the last words");
            assertThat(fresh.getLong(HeaderLayout.NEXT_TEXT_OFFSET)).isLessThan(300);
        }
    }
}
