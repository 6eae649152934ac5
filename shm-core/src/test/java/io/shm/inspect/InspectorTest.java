package io.shm.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.inspect.RegionFixture.Guest;
import io.shm.layout.Geometry;
import io.shm.layout.HeaderLayout;
import io.shm.layout.RecordLayout;
import io.shm.layout.RecordWords;
import io.shm.layout.SlabWord;
import io.shm.ledger.BlockState;
import io.shm.ledger.BlockStates;
import io.shm.ledger.Site;
import io.shm.ledger.SlabState;
import io.shm.ledger.SlabStates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InspectorTest {
    private static final int SIZE = 4 << 20;
    private static final Site SEND = Site.of("com.acme.Send", "add", "Send.java", 41);
    private static final Site POLL = Site.of("com.acme.md.Rx", "poll", "Rx.java", 17);

    private final RegionFixture region = new RegionFixture(SIZE, 1);

    @Test
    void countsEveryByteOfAnEmptyRegion() {
        Accounts accounts = region.inspect().picture().accounts();
        assertThat(accounts.total()).isEqualTo(SIZE);
        assertThat(accounts.live()).isZero();
        assertThat(accounts.free() % Geometry.SLAB_BYTES).isZero();
        assertThat(accounts.tail()).isLessThan(Geometry.SLAB_BYTES);
        assertThat(accounts.header()).isGreaterThan(HeaderLayout.LENGTH);
        assertThat(accounts.header() + accounts.tables() + accounts.ledger()).isEqualTo(region.map.slabAt(0));
    }

    @Test
    void addsUpBySiteTagAndProcess() {
        Guest gateway = region.join("order-gw");
        Guest risk = region.join("risk");
        int slab = gateway.slab(128);
        int other = risk.slab(1000);
        gateway.live(slab, 0, 100, "packet", SEND);
        gateway.live(slab, 1, 128, "packet", SEND);
        risk.live(other, 3, 900, "", POLL);
        region.machine.start();

        Picture picture = region.inspect().picture();
        assertThat(picture.blocks()).isEqualTo(3);
        assertThat(picture.damaged()).isZero();
        assertThat(picture.moved()).isZero();
        assertThat(picture.accounts().live()).isEqualTo(1128);
        assertThat(picture.accounts().slack()).isEqualTo(28 + 1024 - 900);
        assertThat(picture.accounts().total()).isEqualTo(SIZE);
        assertThat(picture.processes())
                .extracting(ProcessRow::slot, row -> row.process().name(), ProcessRow::blocks, ProcessRow::bytes)
                .containsExactly(tuple(0, "order-gw", 2L, 228L), tuple(1, "risk", 1L, 900L));
        assertThat(picture.processes()).extracting(ProcessRow::slabs).containsExactly(1L, 1L);
        assertThat(picture.sites())
                .extracting(row -> row.site().toString(), SiteRow::blocks, SiteRow::bytes)
                .containsExactly(
                        tuple("com.acme.md.Rx.poll(Rx.java:17)", 1L, 900L),
                        tuple("com.acme.Send.add(Send.java:41)", 2L, 228L));
        assertThat(picture.tags())
                .extracting(TagRow::name, TagRow::blocks, TagRow::bytes)
                .containsExactly(tuple("", 1L, 900L), tuple("packet", 2L, 228L));
    }

    @Test
    void countsAPoolAgainstItsCapacity() {
        int slab = region.pool(0, "packet", 64, 1000);
        Guest guest = region.join("a");
        guest.live(slab, 0, 64, "packet", SEND);
        guest.live(slab, 1, 1, "packet", SEND);
        assertThat(region.inspect().picture().pools())
                .containsExactly(new PoolRow(0, "packet", 64, 1000, 2, 998, 65, 63, 0, 0, "refuse"));
        assertThat(region.inspect().picture().accounts().total()).isEqualTo(SIZE);
    }

    @Test
    void countsALargeRunAsOneBlock() {
        Guest guest = region.join("a");
        guest.large(500_000, "", SEND);
        Picture picture = region.inspect().picture();
        assertThat(picture.blocks()).isEqualTo(1);
        assertThat(picture.accounts().live()).isEqualTo(500_000);
        assertThat(picture.accounts().total()).isEqualTo(SIZE);
        assertThat(picture.processes().get(0).bytes()).isEqualTo(500_000);
    }

    @Test
    void tellsTheLargestBlockThatCouldBeHad() {
        Guest guest = region.join("a");
        long before = region.inspect().picture().largestFree();
        guest.slab(64);
        assertThat(region.inspect().picture().largestFree()).isEqualTo(before - Geometry.SLAB_BYTES);
    }

    @Test
    void countsASlabThatIsBeingFormed() {
        Guest guest = region.join("a");
        SlabStates.claim(region.memory, region.map.slabEntryAt(2), region.word(2), guest.membership.owner());
        Picture picture = region.inspect().picture();
        assertThat(picture.accounts().building()).isEqualTo(Geometry.SLAB_BYTES);
        assertThat(picture.accounts().total()).isEqualTo(SIZE);
        assertThat(picture.processes().get(0).slabs()).isEqualTo(1);
    }

    @Test
    void findsABlockByAnyPlaceInItAndInTheGuardsAroundIt() {
        Guest guest = region.join("a");
        int slab = guest.slab(128);
        long first = guest.live(slab, 0, 100, "packet", SEND);
        long second = guest.live(slab, 1, 100, "packet", SEND);
        long at = region.payloadAt(slab, 0);
        Inspector inspector = region.inspect();
        for (long offset = at - Geometry.GUARD_BYTES; offset < at + 128 + Geometry.GUARD_BYTES; offset++) {
            assertThat(inspector.blockAt(offset).orElseThrow().handle()).isEqualTo(first);
        }
        assertThat(inspector
                        .blockAt(at + 128 + Geometry.GUARD_BYTES)
                        .orElseThrow()
                        .handle())
                .isEqualTo(second);
        assertThat(inspector.blockAt(region.recordAt(slab, 0))).isEmpty();
        assertThat(inspector.blockAt(region.map.slabAt(slab + 1) - 1)).isEmpty();
        assertThat(inspector.blockAt(region.map.slabAt(slab + 1) + 9000)).isEmpty();
        for (long offset : new long[] {0, 4096, -1, SIZE - 1, SIZE, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(inspector.blockAt(offset)).isEmpty();
        }
    }

    @Test
    void findsALargeBlockFromItsLastSlab() {
        Guest guest = region.join("a");
        long handle = guest.large(500_000, "", SEND);
        BlockRow row =
                region.inspect().blockAt(region.payloadAt(0, 0) + 499_999).orElseThrow();
        assertThat(row.handle()).isEqualTo(handle);
        assertThat(row.size()).isEqualTo(500_000);
    }

    @Test
    void showsWhatIsRecordedAboutABlock() {
        Guest guest = region.join("order-gw");
        int slab = guest.slab(1024);
        int flags = RecordWords.SECRET | (8 << RecordWords.ALIGNMENT_SHIFT);
        guest.live(slab, 5, 300, "packet", SEND, flags);

        List<BlockRow> rows = new ArrayList<>();
        region.inspect().blocks(row -> true, rows::add);
        assertThat(rows).hasSize(1);
        BlockRow row = rows.get(0);
        assertThat(row.offset()).isEqualTo(Geometry.align(region.payloadAt(slab, 5), 256));
        assertThat(row.offset() % 256).isZero();
        assertThat(row.realSize()).isEqualTo(region.payloadAt(slab, 5) + 1024 - row.offset());
        assertThat(row.size()).isEqualTo(300);
        assertThat(row.alignment()).isEqualTo(256);
        assertThat(row.secret()).isTrue();
        assertThat(row.state()).isEqualTo("live");
        assertThat(row.tag()).isEqualTo("packet");
        assertThat(row.site().line()).isEqualTo(41);
        assertThat(row.thread()).isEqualTo(17);
        assertThat(row.owner().name()).isEqualTo("order-gw");
        assertThat(row.owner().state()).isEqualTo(Liveness.ALIVE);
        assertThat(row.allocatedBy()).isEqualTo(row.owner());
        assertThat(row.since()).isEqualTo(Instant.ofEpochMilli(RegionFixture.CREATED_AT + 1000));
        assertThat(row.changed()).isNull();
        assertThat(region.inspect().payload(row.offset(), 10)).as("secret").isEmpty();
    }

    @Test
    void copiesThePayloadOfABlockAndNothingBehindIt() {
        Guest guest = region.join("a");
        int slab = guest.slab(64);
        long handle = guest.live(slab, 0, 3, "", SEND);
        long at = region.payloadAt(slab, 0);
        region.memory.putBytes(at, new byte[] {'a', 'b', 'c', 'd'}, 0, 4);
        Inspector inspector = region.inspect();
        assertThat(inspector.payload(at, 100)).asString().isEqualTo("abc");
        assertThat(inspector.payload(at + 1, 1)).asString().isEqualTo("b");
        assertThat(inspector.payload(at + 3, 100)).isEmpty();
        assertThat(inspector.payload(at - 1, 100)).isEmpty();
        guest.free(handle, POLL);
        assertThat(inspector.payload(at, 100)).isEmpty();
    }

    @Test
    void tellsTheLastLifeOfAFreeBlock() {
        Guest guest = region.join("a");
        int slab = guest.slab(64);
        guest.free(guest.live(slab, 0, 40, "packet", SEND), POLL);
        BlockRow row = region.inspect().blockAt(region.payloadAt(slab, 0)).orElseThrow();
        assertThat(row.state()).isEqualTo("free");
        assertThat(row.size()).isEqualTo(40);
        assertThat(row.change()).isEqualTo("freed");
        assertThat(row.changedAt().toString()).isEqualTo("com.acme.md.Rx.poll(Rx.java:17)");
        assertThat(row.changedBy().name()).isEqualTo("a");
        assertThat(row.changed()).isEqualTo(Instant.ofEpochMilli(RegionFixture.CREATED_AT + 500_000));
        assertThat(row.owner()).isNull();
        BlockRow never = region.inspect().blockAt(region.payloadAt(slab, 1)).orElseThrow();
        assertThat(never.since()).isNull();
        assertThat(never.allocatedBy().id()).isZero();
        List<BlockRow> inUse = new ArrayList<>();
        region.inspect().blocks(r -> true, inUse::add);
        assertThat(inUse).isEmpty();
    }

    @Test
    void knowsWhoIsAliveDeadAndLeft() {
        Guest gone = region.join("gone");
        int slab = gone.slab(64);
        gone.live(slab, 0, 1, "", SEND);
        gone.participants.leave(gone.membership);
        Guest dead = region.join("dead");
        dead.process.kill();
        Guest alive = region.join("alive");
        Inspector inspector = region.inspect();
        assertThat(inspector.picture().processes())
                .extracting(row -> row.process().name(), row -> row.process().state())
                .containsExactly(tuple("dead", Liveness.DEAD), tuple("alive", Liveness.ALIVE));
        assertThat(inspector.blockAt(region.payloadAt(slab, 0)).orElseThrow().allocatedBy())
                .extracting(ProcessInfo::name, ProcessInfo::state)
                .containsExactly("gone", Liveness.LEFT);
        alive.participants.reapDead(slot -> {});
        assertThat(region.inspect().picture().processes())
                .extracting(row -> row.process().name())
                .containsExactly("alive");
    }

    @Test
    void knowsNothingAboutTheLivingOfACopy() {
        region.join("a");
        Inspector copy = region.inspectCopy();
        assertThat(copy.identity().copy()).isTrue();
        assertThat(copy.identity().creator().state()).isEqualTo(Liveness.UNKNOWN);
        assertThat(copy.picture().processes().get(0).process().state()).isEqualTo(Liveness.UNKNOWN);
    }

    @Test
    void saysWhatTheRegionIs() {
        Identity identity = region.inspect().identity();
        assertThat(identity.kind()).isEqualTo("named");
        assertThat(identity.size()).isEqualTo(SIZE - 7);
        assertThat(identity.mapped()).isEqualTo(SIZE);
        assertThat(identity.mode()).isEqualTo(0600);
        assertThat(identity.policy()).isEqualTo("free");
        assertThat(identity.createdAt()).isEqualTo(Instant.ofEpochMilli(RegionFixture.CREATED_AT));
        assertThat(identity.creator().pid()).isEqualTo(42);
        assertThat(identity.creator().state()).isEqualTo(Liveness.UNKNOWN);
    }

    @Test
    void countsDamagedRecordsAndSlabsUnderQuarantined() {
        Guest guest = region.join("a");
        int slab = guest.slab(64);
        guest.live(slab, 0, 1, "", SEND);
        guest.live(slab, 1, 1, "", SEND);
        region.memory.putLong(region.recordAt(slab, 0), 0x5000000090000L);
        region.memory.putLong(region.recordAt(slab, 1) + RecordLayout.ORIGIN_OFFSET, -1);
        region.memory.putLong(region.map.slabEntryAt(3), 77);
        Picture picture = region.inspect().picture();
        assertThat(picture.damaged()).isEqualTo(3);
        assertThat(picture.blocks()).isZero();
        assertThat(picture.accounts().quarantined()).isEqualTo(64 + 64 + Geometry.SLAB_BYTES);
        assertThat(picture.accounts().total()).isEqualTo(SIZE);
        List<String> states = new ArrayList<>();
        region.inspect().blocks(r -> true, row -> states.add(row.state()));
        assertThat(states).containsExactly("damaged", "damaged");
    }

    @Test
    void countsTheTailsBehindADamagedHeadWithIt() {
        Guest guest = region.join("a");
        guest.large(500_000, "", SEND);
        int slabs = Geometry.slabsForLarge(500_000, 16);
        region.memory.putLong(region.map.slabEntryAt(0), SlabWord.pack(SlabState.LARGE.code(), 0, 255, 0) ^ 1);
        Picture picture = region.inspect().picture();
        assertThat(picture.accounts().quarantined()).isEqualTo(slabs * Geometry.SLAB_BYTES);
        assertThat(picture.accounts().building()).isZero();
        assertThat(picture.damaged()).isEqualTo(1);
    }

    @Test
    void countsAReservedBlockAsBeingBuilt() {
        int slab = region.pool(0, "", 64, 10);
        region.join("a");
        BlockStates.reserve(region.memory, region.recordAt(slab, 0), BlockStates.free(0), 1, 9);
        Picture picture = region.inspect().picture();
        assertThat(picture.accounts().building()).isEqualTo(64);
        assertThat(picture.blocks()).isZero();
        assertThat(region.inspect()
                        .blockAt(region.payloadAt(slab, 0))
                        .orElseThrow()
                        .state())
                .isEqualTo(BlockState.RESERVED.label());
    }
}
