package io.shm.metrics;

import io.shm.Region;
import io.shm.inspect.FaultRow;
import io.shm.inspect.Picture;
import io.shm.inspect.PoolRow;
import io.shm.inspect.ProcessInfo.Liveness;
import io.shm.inspect.TagRow;
import io.shm.ledger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Shows a region of this process over JMX, as {@code io.shm:type=Region,name="orders"}.
 *
 * <pre>{@code
 * try (Region region = Region.attach("orders");
 *         RegionBean bean = RegionBean.register(region)) { ... }
 * }</pre>
 *
 * <p>Threads: safe. Who asks for figures pays for a walk through the region, at most one a second; who allocates pays
 * nothing. After the region is closed here, the bean goes on to show it until it is closed itself.
 */
public final class RegionBean implements RegionMXBean, AutoCloseable {
    private final Region region;
    private final RegionLook look;
    private final MBeanServer server;
    private final ObjectName name;

    private RegionBean(Region region, Duration most, MBeanServer server) {
        this.region = region;
        this.look = new RegionLook(region, most);
        this.server = server;
        this.name = nameOf(region);
    }

    /**
     * Registers it with the platform's server; closing takes it away.
     *
     * @throws IllegalStateException if this region is registered already
     */
    public static RegionBean register(Region region) {
        return register(region, RegionLook.MOST, ManagementFactory.getPlatformMBeanServer());
    }

    static RegionBean register(Region region, Duration most, MBeanServer server) {
        RegionBean bean = new RegionBean(region, most, server);
        boolean registered = false;
        try {
            server.registerMBean(bean, bean.name);
            registered = true;
            return bean;
        } catch (InstanceAlreadyExistsException e) {
            throw new IllegalStateException("registered already: " + bean.name, e);
        } catch (JMException e) {
            throw new IllegalStateException("cannot register " + bean.name + ": " + e.getMessage(), e);
        } finally {
            if (!registered) {
                bean.look.close();
            }
        }
    }

    /** Under which name a region is found. */
    static ObjectName nameOf(Region region) {
        try {
            return new ObjectName("io.shm:type=Region,name=" + ObjectName.quote(region.reference()));
        } catch (JMException e) {
            throw new IllegalStateException("no name for " + region.reference(), e);
        }
    }

    /** Takes it away; a second time does nothing. */
    @Override
    public void close() {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException alreadyGone) {
            // somebody else took it away, or this is the second time
        } catch (JMException e) {
            throw new IllegalStateException("cannot unregister " + name + ": " + e.getMessage(), e);
        } finally {
            look.close();
        }
    }

    private Picture picture() {
        return look.view().picture();
    }

    @Override
    public String getReference() {
        return region.reference();
    }

    @Override
    public String getKind() {
        return picture().identity().kind();
    }

    @Override
    public String getPolicy() {
        return picture().identity().policy();
    }

    @Override
    public String getLevel() {
        return picture().identity().level();
    }

    @Override
    public void setLevel(String level) {
        region.setLevel(Level.of(level));
    }

    @Override
    public long getMappedBytes() {
        return picture().identity().mapped();
    }

    @Override
    public long getMaximumBytes() {
        return picture().identity().maximum();
    }

    @Override
    public long getLiveBlocks() {
        return picture().blocks();
    }

    @Override
    public long getLiveBytes() {
        return picture().accounts().live();
    }

    @Override
    public long getFreeBytes() {
        return picture().accounts().free();
    }

    @Override
    public long getLargestFreeBytes() {
        return picture().largestFree();
    }

    @Override
    public Map<String, Long> getAccounts() {
        return picture().accounts().byName();
    }

    @Override
    public int getParticipants() {
        return (int) picture().processes().stream()
                .filter(row ->
                        row.process().state() == Liveness.ALIVE || row.process().state() == Liveness.LOCK_LOST)
                .count();
    }

    @Override
    public long getFaults() {
        return look.view().faults().stream().filter(FaultRow::isFault).count();
    }

    @Override
    public Map<String, Long> getFaultCounts() {
        Map<String, Long> counts = new TreeMap<>();
        look.view().faults().stream()
                .filter(FaultRow::isFault)
                .forEach(fault -> counts.merge(fault.kind(), fault.count(), Long::sum));
        return counts;
    }

    @Override
    public long getRefusals() {
        Picture picture = picture();
        return picture.tags().stream().mapToLong(TagRow::refused).sum()
                + picture.pools().stream().mapToLong(PoolRow::refused).sum();
    }

    @Override
    public List<TagUsage> getTags() {
        return picture().tags().stream().<TagUsage>map(TagFigures::new).toList();
    }

    @Override
    public List<ProcessUsage> getProcesses() {
        return picture().processes().stream()
                .<ProcessUsage>map(ProcessFigures::new)
                .toList();
    }
}
