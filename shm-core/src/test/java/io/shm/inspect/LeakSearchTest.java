package io.shm.inspect;

import static io.shm.inspect.LeakKind.DEFINITE;
import static io.shm.inspect.LeakKind.INDIRECT;
import static io.shm.inspect.LeakKind.LOST;
import static io.shm.inspect.LeakKind.ORPHAN;
import static io.shm.inspect.LeakKind.POSSIBLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.shm.layout.Handle;
import io.shm.layout.HoldersWord;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.RootLayout;
import io.shm.layout.StateWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.memory.SharedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which blocks are taken for leaked, on a region built by hand. */
class LeakSearchTest {
    private static final Site NODE = Site.of("com.acme.List", "add", "List.java", 7);

    private RegionFixture region;
    private RegionFixture.Guest guest;
    private int slab;
    private int next;

    @BeforeEach
    void make() {
        region = new RegionFixture(4 << 20, 0);
        guest = region.join("orders");
        slab = guest.slab(64);
    }

    private long live() {
        return guest.live(slab, next++, 64, "node", NODE);
    }

    private long rootCell(int root) {
        return region.map.rootAt(root) + RootLayout.CELL_OFFSET;
    }

    private long recordAt(long handle) {
        return region.recordAt(Handle.slab(handle), Handle.index(handle));
    }

    private long payloadAt(long handle) {
        return region.payloadAt(Handle.slab(handle), Handle.index(handle));
    }

    private void become(long handle, BlockState state, int owner) {
        long generation = StateWord.generation(region.memory.getLong(recordAt(handle)));
        region.memory.putLong(recordAt(handle), StateWord.pack(state.code(), owner, generation));
    }

    /** A block that a cell holds. */
    private long held(long cell) {
        long handle = live();
        region.memory.putLong(recordAt(handle) + RecordLayout.CELL_OFFSET, cell);
        region.memory.putLong(cell, handle);
        become(handle, BlockState.HELD, 0);
        return handle;
    }

    /** A list of so many nodes, each in a cell of the one before. */
    private List<Long> list(long cell, int nodes) {
        List<Long> list = new ArrayList<>();
        long at = cell;
        for (int i = 0; i < nodes; i++) {
            list.add(held(at));
            at = payloadAt(list.get(i)) + 8;
        }
        return list;
    }

    private List<Leak> leaks() {
        return region.inspect().leaks().leaks();
    }

    private List<LeakKind> kinds() {
        return leaks().stream().map(Leak::kind).toList();
    }

    @Test
    void whatItsOwnerHasAndWhatCellsHoldIsNoLeak() {
        live();
        list(rootCell(0), 3);
        list(payloadAt(live()) + 16, 3);
        assertThat(leaks()).isEmpty();
    }

    @Test
    void theHeadOfAListDroppedIsOneDefiniteAndTwoIndirect() {
        List<Long> list = list(rootCell(0), 3);
        region.memory.putLong(rootCell(0), 0);

        assertThat(kinds()).containsExactly(DEFINITE, INDIRECT, INDIRECT);
        assertThat(leaks()).extracting(leak -> leak.block().handle()).containsExactlyElementsOf(list);
        assertThat(leaks())
                .extracting(Leak::below)
                .containsExactly(-1L, payloadAt(list.get(0)), payloadAt(list.get(0)));
        assertThat(leaks().get(0).note()).contains("is empty");
    }

    @Test
    void aLongListIsFollowedToItsEnd() {
        List<Long> list = new ArrayList<>();
        long at = rootCell(0);
        for (int i = 0; i < 20_000; i++) {
            if (i % 400 == 0) {
                slab = guest.slab(64);
                next = 0;
            }
            list.add(held(at));
            at = payloadAt(list.get(i));
        }
        assertThat(leaks()).isEmpty();
        region.memory.putLong(rootCell(0), 0);
        assertThat(leaks()).hasSize(20_000);
        assertThat(leaks().stream().filter(leak -> leak.kind() == INDIRECT)).hasSize(19_999);
    }

    @Test
    void anOverwrittenBlockIsDefiniteAndSaysByWhat() {
        long first = held(rootCell(0));
        long second = held(rootCell(0));
        assertThat(leaks()).hasSize(1);
        assertThat(leaks().get(0).kind()).isEqualTo(DEFINITE);
        assertThat(leaks().get(0).block().handle()).isEqualTo(first);
        assertThat(leaks().get(0).note()).contains("holds 0x" + Long.toHexString(second));
    }

    @Test
    void oneThatIsJustBeingReplacedIsNone() {
        held(rootCell(0));
        long newer = held(rootCell(0));
        become(newer, BlockState.PUB, guest.membership.owner());
        assertThat(leaks()).isEmpty();
    }

    @Test
    void whatHangsInAFreeBlockIsDefinite() {
        long container = live();
        List<Long> list = list(payloadAt(container), 2);
        guest.free(container, NODE);
        assertThat(kinds()).containsExactly(DEFINITE, INDIRECT);
        assertThat(leaks().get(0).block().handle()).isEqualTo(list.get(0));
    }

    /** The bytes of the next block in that place may still look as if they held it: then nobody can be sure. */
    @Test
    void whatWasLeftBehindIsDefiniteAndSaysByWhom() {
        long container = live();
        long left = held(payloadAt(container));
        BlockStates.noteHolderFreed(
                region.memory,
                recordAt(left),
                region.memory.getLong(recordAt(left)),
                payloadAt(container),
                guest.membership.processId(),
                new Sites(region.memory, region.map).idOf(NODE),
                500_000);
        guest.free(container, NODE);
        assertThat(kinds()).containsExactly(DEFINITE);
        guest.live(slab, Handle.index(container), 64, "node", NODE);
        assertThat(kinds()).containsExactly(POSSIBLE);
        region.memory.putLong(payloadAt(container), 0);
        assertThat(kinds()).containsExactly(DEFINITE);
        Leak leak = leaks().get(0);
        assertThat(leak.block().handle()).isEqualTo(left);
        assertThat(leak.block().change()).isEqualTo("holder freed");
        assertThat(leak.block().changedBy().id()).isEqualTo(guest.membership.processId());
        assertThat(leak.note())
                .isEqualTo("holder freed: by " + leak.block().changedBy().pid() + " at com.acme.List.add(List.java:7)");
    }

    /** Whoever noted it was stopped before, and the block has been in another cell since. */
    @Test
    void aNoteThatCameLateMakesNoLeakOfABlockThatIsInItsCell() {
        long kept = held(rootCell(0));
        region.memory.putLong(
                recordAt(kept) + RecordLayout.CHANGED_OFFSET,
                RecordWords.changed(guest.membership.processId(), 0, BlockStates.HOLDER_FREED));
        assertThat(kinds()).isEmpty();
        region.memory.putLong(rootCell(0), 0);
        assertThat(kinds()).containsExactly(DEFINITE);
    }

    @Test
    void aRingThatNothingHoldsIsOneDefiniteAndTheRestIndirect() {
        long head = held(rootCell(0));
        List<Long> rest = list(payloadAt(head), 2);
        // The last one's cell becomes the head's.
        long cell = payloadAt(rest.get(1)) + 24;
        region.memory.putLong(recordAt(head) + RecordLayout.CELL_OFFSET, cell);
        region.memory.putLong(cell, head);
        region.memory.putLong(rootCell(0), 0);
        assertThat(kinds()).containsExactly(DEFINITE, INDIRECT, INDIRECT);

        long itself = live();
        region.memory.putLong(recordAt(itself) + RecordLayout.CELL_OFFSET, payloadAt(itself));
        region.memory.putLong(payloadAt(itself), itself);
        become(itself, BlockState.HELD, 0);
        assertThat(kinds()).containsExactly(DEFINITE, INDIRECT, INDIRECT, DEFINITE);
    }

    @Test
    void aWordThatLooksLikeItsHandleOrAPlaceInItMakesItPossible() {
        long first = held(rootCell(0));
        long second = held(rootCell(1));
        long third = held(rootCell(2));
        for (int root = 0; root < 3; root++) {
            region.memory.putLong(rootCell(root), 0);
        }
        long keeper = live();
        region.memory.putLong(payloadAt(keeper) + 8, first);
        region.memory.putLong(payloadAt(keeper) + 16, payloadAt(second) + 20);
        assertThat(leaks()).extracting(leak -> leak.block().handle()).containsExactly(first, second, third);
        assertThat(kinds()).containsExactly(POSSIBLE, POSSIBLE, DEFINITE);
        assertThat(region.inspect().leaks(false, 0).whole()).isFalse();
        assertThat(region.inspect().leaks(false, 0).leaks()).allMatch(leak -> leak.kind() == DEFINITE);
    }

    @Test
    void pinnedBlocksAndWhatHangsInThemAreMeantToStay() {
        long pinned = guest.live(slab, next++, 64, "node", NODE, RecordWords.PINNED);
        region.memory.putLong(recordAt(pinned) + RecordLayout.CELL_OFFSET, rootCell(0));
        become(pinned, BlockState.HELD, 0);
        list(payloadAt(pinned), 2);
        assertThat(leaks()).isEmpty();
    }

    @Test
    void whatTheDeadHadIsOrphaned() {
        List<Long> below = list(payloadAt(live()), 1);
        long onItsWay = live();
        become(onItsWay, BlockState.TAKE, guest.membership.owner());
        assertThat(leaks()).isEmpty();
        guest.process.kill();
        assertThat(kinds()).containsExactly(ORPHAN, INDIRECT, ORPHAN);
        assertThat(leaks().get(1).block().handle()).isEqualTo(below.get(0));
        assertThat(region.inspectCopy().leaks().leaks()).isEmpty();
    }

    @Test
    void oneThatItsProcessLeftInGoodOrderIsDefiniteAndOneOfTheDeadAnOrphan() {
        long left = live();
        orphaned(left, guest);
        RegionFixture.Guest other = region.join("other");
        long buried = other.live(slab, next++, 64, "node", NODE);
        orphaned(buried, other);
        guest.participants.leave(guest.membership);
        other.process.kill();
        assertThat(kinds()).containsExactly(DEFINITE, ORPHAN);
        assertThat(leaks()).extracting(leak -> leak.owner().name()).containsExactly("orders", "other");
    }

    private void orphaned(long handle, RegionFixture.Guest last) {
        BlockStates.note(region.memory, recordAt(handle), last.membership.processId(), 0, BlockStates.ORPHANED, 1);
        become(handle, BlockState.ORPHAN, 0);
    }

    @Test
    void sharedBlocksAreKeptByTheirHoldersAndTheirCell() {
        long shared = held(rootCell(0));
        become(shared, BlockState.SHARED, 0);
        long generation = Handle.generation(shared);
        long changedAt = recordAt(shared) + RecordLayout.CHANGED_OFFSET;
        long mine = 1L << (guest.membership.owner() - 1);
        region.memory.putLong(changedAt, HoldersWord.pack(generation, true, 0));
        assertThat(leaks()).isEmpty();
        region.memory.putLong(rootCell(0), 0);
        assertThat(kinds()).containsExactly(DEFINITE);
        region.memory.putLong(changedAt, HoldersWord.pack(generation, false, mine));
        assertThat(leaks()).isEmpty();
        guest.process.kill();
        assertThat(kinds()).containsExactly(ORPHAN);
        region.memory.putLong(changedAt, HoldersWord.pack(generation, false, 0));
        assertThat(kinds()).containsExactly(DEFINITE);
    }

    @Test
    void aLossCountsInTheLifeThatItWasNotedIn() {
        long lost = live();
        long word = region.memory.getLong(recordAt(lost));
        assertThat(BlockStates.noteLost(region.memory, recordAt(lost), word, 1)).isTrue();
        assertThat(kinds()).containsExactly(LOST);
        guest.free(lost, NODE);
        assertThat(BlockStates.noteLost(region.memory, recordAt(lost), word, 1)).isFalse();
        next--;
        live();
        long late = region.memory.getLong(recordAt(lost) + RecordLayout.CHANGED_OFFSET);
        assertThat(late).isZero();
        region.memory.putLong(
                recordAt(lost) + RecordLayout.CHANGED_OFFSET,
                RecordWords.changed(1, (int) Handle.generation(lost) & 0xffffff, BlockStates.LOST));
        assertThat(leaks()).isEmpty();
    }

    @Test
    void recordedNowhereIsALeakForWhoAsks() {
        long recorded = live();
        long forgotten = live();
        region.memory.putLong(recordAt(recorded) + RecordLayout.CELL_OFFSET, BlockStates.inHolder(5));
        assertThat(leaks()).isEmpty();
        assertThat(region.inspect().leaks(true, 0).leaks())
                .extracting(leak -> leak.block().handle())
                .containsExactly(forgotten);
    }

    /** A walk reads each record; others run before the n-th read of the head's. */
    private Inspector interrupted(long handle, int read, Runnable others) {
        SharedMemory watched = new SharedMemory(region.memory) {
            private int reads;

            @Override
            public long getLongAcquire(long offset) {
                if (offset == recordAt(handle) && ++reads == read) {
                    others.run();
                }
                return super.getLongAcquire(offset);
            }
        };
        return Inspector.of(watched, new Source("orders", "orders", false, region.machine.start(), () -> {}));
    }

    @Test
    void whatMovesBetweenTheTwoWalksIsNoLeakAndNeitherIsWhatHangsThere() {
        List<Long> list = list(rootCell(0), 3);
        long taken = StateWord.pack(BlockState.LIVE.code(), guest.membership.owner(), 500);
        region.memory.putLong(rootCell(0), 0);
        Inspector inspector = interrupted(list.get(0), 2, () -> region.memory.putLong(recordAt(list.get(0)), taken));
        assertThat(inspector.leaks().leaks()).isEmpty();
        assertThat(region.memory.getLong(recordAt(list.get(0)))).isEqualTo(taken);
    }

    @Test
    void aBlockThatIsInAnotherPlaceAtEachWalkIsNoLeak() {
        List<Long> list = list(rootCell(0), 3);
        region.memory.putLong(rootCell(0), 0);
        Inspector inspector = interrupted(list.get(0), 2, () -> {
            long recordAt = recordAt(list.get(0));
            region.memory.putLong(recordAt, StateWord.pack(BlockState.HELD.code(), 0, 500));
            region.memory.putLong(recordAt + RecordLayout.CELL_OFFSET, rootCell(1));
        });
        assertThat(inspector.leaks().leaks()).isEmpty();
    }

    @Test
    void hostileBytesLeadNowhere() {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("LeakSearchTest -Dshm.seed=" + seed);
        Random random = new Random(seed);
        list(rootCell(0), 20);
        for (int round = 0; round < 2000; round++) {
            int index = random.nextInt(20);
            long at = region.recordAt(slab, index);
            switch (random.nextInt(3)) {
                case 0 -> region.memory.putLong(at + RecordLayout.CELL_OFFSET, random.nextLong());
                case 1 ->
                    region.memory.putLong(
                            at + RecordLayout.CELL_OFFSET,
                            region.payloadAt(slab, random.nextInt(20)) + 8L * random.nextInt(12));
                default ->
                    region.memory.putLong(
                            at,
                            StateWord.pack(
                                    1 + random.nextInt(15),
                                    random.nextInt(256),
                                    StateWord.generation(region.memory.getLong(at))));
            }
            assertThat(leaks()).as("seed %d round %d", seed, round).hasSizeLessThanOrEqualTo(20);
        }
    }
}
