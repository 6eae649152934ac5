package io.shm.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.error.OutOfSharedMemoryException;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.ledger.Level;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.management.Attribute;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionMetricsTest {
    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();
    private static final Tag PACKET = Tag.of("packet");
    private static final Site SITE = Site.of("com.acme.Send", "add", "Send.java", 41);

    @TempDir
    Path folder;

    private Region region;
    private String path;

    @BeforeEach
    void make() {
        path = folder.resolve("orders").toString();
        region = Region.create(
                RegionOptions.named(path).size(4 << 20).budget("packet", 1000).processName("order-gw"));
    }

    @AfterEach
    void remove() {
        region.close();
        Region.remove(path, true);
    }

    private RegionBean bean() {
        return RegionBean.register(region, Duration.ZERO, SERVER);
    }

    @Test
    void aBeanShowsWhatTheRegionHolds() {
        try (RegionBean bean = bean()) {
            assertThat(bean.getReference()).isEqualTo(path);
            RegionMXBean shown = JMX.newMXBeanProxy(SERVER, RegionBean.nameOf(region), RegionMXBean.class);
            assertThat(shown.getLiveBlocks()).isZero();
            Block block = region.allocate(600, PACKET, SITE);
            region.allocate(100, SITE);
            assertThat(shown.getLiveBlocks()).isEqualTo(2);
            assertThat(shown.getLiveBytes()).isEqualTo(700);
            assertThat(shown.getMappedBytes()).isEqualTo(4 << 20);
            assertThat(shown.getAccounts().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(4 << 20);
            assertThat(shown.getReference()).isEqualTo(path);
            assertThat(shown.getParticipants()).isEqualTo(1);
            assertThat(shown.getKind()).isEqualTo("named");
            assertThat(shown.getPolicy()).isEqualTo("free");
            assertThat(shown.getFreeBytes()).isGreaterThan(shown.getLargestFreeBytes());
            assertThat(shown.getMaximumBytes()).isEqualTo(4 << 20);

            assertThatThrownBy(() -> region.allocate(600, PACKET, SITE)).isInstanceOf(OutOfSharedMemoryException.class);
            assertThat(shown.getRefusals()).isPositive();
            block.free();
            assertThatThrownBy(block::free).isInstanceOf(StaleHandleException.class);
            assertThat(shown.getFaults()).isEqualTo(2);
            assertThat(shown.getFaultCounts()).isEqualTo(Map.of("double-free", 1L, "budget", 1L));
        }
    }

    @Test
    void tagsAndProcessesAreTablesToAnyClient() throws Exception {
        region.allocate(600, PACKET, SITE);
        try (RegionBean bean = bean()) {
            assertThat(bean.getReference()).isEqualTo(path);
            ObjectName name = RegionBean.nameOf(region);
            CompositeData[] tags = (CompositeData[]) SERVER.getAttribute(name, "Tags");
            assertThat(tags).anySatisfy(tag -> {
                assertThat(tag.get("tag")).isEqualTo("packet");
                assertThat(tag.get("bytes")).isEqualTo(600L);
                assertThat(tag.get("budget")).isEqualTo(1000L);
            });
            CompositeData[] processes = (CompositeData[]) SERVER.getAttribute(name, "Processes");
            assertThat(processes).hasSize(1);
            assertThat(processes[0].get("name")).isEqualTo("order-gw");
            assertThat(processes[0].get("state")).isEqualTo("alive");
            assertThat(processes[0].get("bytes")).isEqualTo(600L);
        }
    }

    @Test
    void theLevelIsSetOverJmx() throws Exception {
        try (RegionBean bean = bean()) {
            assertThat(bean.getReference()).isEqualTo(path);
            SERVER.setAttribute(RegionBean.nameOf(region), new Attribute("Level", "full"));
            assertThat(region.level()).isEqualTo(Level.FULL);
            assertThat(SERVER.getAttribute(RegionBean.nameOf(region), "Level")).isEqualTo("full");
        }
    }

    @Test
    void aBeanIsThereOnceAndGoneWhenItIsClosed() {
        RegionBean bean = bean();
        assertThatThrownBy(this::bean).isInstanceOf(IllegalStateException.class).hasMessageContaining("already");
        region.close();
        assertThat(bean.getLiveBlocks()).isZero();
        bean.close();
        bean.close();
        assertThat(SERVER.isRegistered(RegionBean.nameOf(region))).isFalse();
        assertThatThrownBy(bean::getLiveBlocks)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    /** What is shown is of one look: it stays for as long as was said. */
    @Test
    void figuresAreOfOneLook() {
        try (RegionBean bean = RegionBean.register(region, Duration.ofDays(1), SERVER)) {
            assertThat(bean.getLiveBlocks()).isZero();
            region.allocate(100, SITE);
            assertThat(bean.getLiveBytes()).isZero();
        }
    }

    @Test
    void aNamelessRegionIsShownAlsoWhenNobodyCanAttachAnyMore() {
        try (Region nameless = Region.create(RegionOptions.anonymous().size(4 << 20));
                RegionBean bean = RegionBean.register(nameless, Duration.ZERO, SERVER)) {
            nameless.closeHandOver();
            nameless.allocate(100, SITE);
            assertThat(bean.getLiveBytes()).isEqualTo(100);
        }
    }

    private static String scrape(PrometheusRegistry registry) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        new OpenMetricsTextFormatWriter(false, false).write(text, registry.scrape());
        return text.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aRegistryHasTheFiguresOfAllRegions() throws IOException {
        String second = folder.resolve("quotes").toString();
        PrometheusRegistry registry = new PrometheusRegistry();
        try (Region other = Region.create(RegionOptions.named(second).size(4 << 20));
                RegionCollector regions = new RegionCollector(Duration.ZERO)) {
            registry.register(regions);
            assertThat(scrape(registry)).isEqualTo("# EOF\n");
            regions.add(region).add(other).add(region);
            Block block = region.allocate(600, PACKET, SITE);
            other.allocate(100, Tag.of("\"\\\n"), SITE);
            block.free();
            assertThatThrownBy(block::free).isInstanceOf(StaleHandleException.class);
            region.allocate(60, PACKET, SITE);

            assertThat(scrape(registry).lines())
                    .contains(
                            "shm_live_bytes{region=\"" + path + "\"} 60.0",
                            "shm_live_bytes{region=\"" + second + "\"} 100.0",
                            "shm_tag_bytes{region=\"" + path + "\",tag=\"packet\"} 60.0",
                            "shm_faults_total{kind=\"double-free\",region=\"" + path + "\"} 1.0",
                            "# TYPE shm_faults counter")
                    .last()
                    .isEqualTo("# EOF");
            regions.remove(other);
            assertThat(scrape(registry)).doesNotContain(second);
        }
        assertThat(scrape(registry)).isEqualTo("# EOF\n");
        Region.remove(second, true);
    }

    /** Who has no Prometheus library can use the rest: no other class knows it. */
    @Test
    void onlyTheCollectorNeedsTheLibrary() {
        assertThat(List.of(RegionBean.class, RegionMXBean.class, RegionLook.class, TagUsage.class))
                .allSatisfy(type -> assertThat(new com.tngtech.archunit.core.importer.ClassFileImporter()
                                .importClass(type)
                                .getDirectDependenciesFromSelf())
                        .noneMatch(uses -> uses.getTargetClass().getName().startsWith("io.prometheus")));
    }
}
