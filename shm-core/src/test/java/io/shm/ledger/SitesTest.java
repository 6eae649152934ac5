package io.shm.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.layout.HeaderLayout;
import io.shm.memory.SharedMemory;
import org.junit.jupiter.api.Test;

class SitesTest extends InternedTextsContractTest {
    @Override
    Table open(SharedMemory view) {
        Sites sites = new Sites(view, map);
        return new Table() {
            @Override
            public int idOf(String text) {
                return sites.idOf(Site.of("C", text, null, 0));
            }

            @Override
            public String get(int id) {
                return sites.get(id).method();
            }
        };
    }

    @Override
    int entries() {
        return map.siteCount();
    }

    @Test
    void aMethodOfTwoHundredLettersAndAChineseClassComeBackWhole() {
        Site site = Site.of("com.公司.订单$处理器", "m".repeat(200), "订单.java", 123_456);
        int id = new Sites(memory, map).idOf(site);
        Site back = new Sites(memory, map).get(id);
        assertThat(back).isEqualTo(site);
        assertThat(back.toString()).isEqualTo("com.公司.订单$处理器." + "m".repeat(200) + "(订单.java:123456)");
    }

    @Test
    void linesAreDifferentSitesAndTheUnknownSiteIsZero() {
        Sites sites = new Sites(memory, map);
        int first = sites.idOf(Site.of("A", "b", "A.java", 1));
        assertThat(sites.idOf(Site.of("A", "b", "A.java", 2))).isNotEqualTo(first);
        assertThat(sites.idOf(Site.of("A", "bA", ".java", 1))).isNotEqualTo(first);
        assertThat(sites.idOf(Site.UNKNOWN)).isZero();
        assertThat(sites.get(0)).isEqualTo(Site.UNKNOWN);
        assertThat(sites.get(-1)).isEqualTo(Site.UNKNOWN);
        assertThat(sites.get(1 << 30)).isEqualTo(Site.UNKNOWN);
    }

    @Test
    void oneConstantServesSeveralRegions() {
        SharedMemory other = SharedMemory.ofPrivate(SIZE);
        Sites here = new Sites(memory, map);
        Sites there = new Sites(other, map);
        there.idOf(Site.of("First", "f", null, 0));
        Site constant = Site.of("A", "b", "A.java", 1);
        for (int i = 0; i < 3; i++) {
            assertThat(here.get(here.idOf(constant))).isEqualTo(constant);
            assertThat(there.get(there.idOf(constant))).isEqualTo(constant);
        }
    }

    @Test
    void whatFindsNoRoomIsCounted() {
        Sites sites = new Sites(memory, map);
        memory.putLong(HeaderLayout.NEXT_TEXT_OFFSET, map.textBytes());
        assertThat(sites.idOf(Site.of("A", "b", null, 0))).isZero();
        assertThat(sites.idOf(Site.of("A", "b".repeat(40_000), null, 0))).isZero();
        assertThat(memory.getLong(HeaderLayout.SITES_DROPPED_OFFSET)).isEqualTo(2);
    }
}
