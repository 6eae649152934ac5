package io.shm.cli.command;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Text;
import io.shm.inspect.Identity;
import io.shm.inspect.Inspector;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "create",
        header = "Makes a region; its space is taken now.",
        description = {
            "No later store can fail for want of memory: what does not fit is refused here. A region with a --max takes more",
            "of it when an allocation finds no room, and refuses that if there is none.",
            "",
            "  shm create orders --size 64M",
            "  shm create orders --size 64M --max 4G",
            "  shm create orders --size 64M --pool packet:64x1000 --pool 1kx200 --when-empty refuse",
            "  shm create --kind sysv --key 0x5348 --size 1G --mode 660"
        })
public final class CreateCommand extends Verb {
    /** Kinds that live longer than the process that makes them. */
    enum Kind {
        named,
        sysv
    }

    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            description = "A name, or a path. For a System V region sysv:0xKEY, or --key.")
    String name;

    @Option(
            names = "--size",
            required = true,
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "64k, 64M, 4G; a bare number is bytes.")
    long size;

    @Option(
            names = "--max",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description =
                    "Most that it may grow to, step by step, when it is full. As if not given: it stays as it is.")
    Long max;

    @Option(names = "--kind", paramLabel = "KIND", description = "named (as if not given) or sysv.")
    Kind kind;

    @Option(names = "--key", paramLabel = "KEY", converter = Place.class, description = "System V key: 0x5348.")
    Long key;

    @Option(names = "--mode", paramLabel = "MODE", description = "Permissions in octal: 600 (as if not given), 660.")
    String mode;

    @Option(
            names = "--pool",
            paramLabel = "[TAG:]SIZExCOUNT",
            description = "A pool of blocks of one size, for one tag or any: packet:64x1000, 128x500. Repeatable.")
    List<String> pools = List.of();

    @Option(
            names = "--budget",
            paramLabel = "TAG:SIZE",
            description = "Most bytes that blocks of a tag may hold: packet:1M. Repeatable.")
    List<String> budgets = List.of();

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            description = "What happens to the blocks of a dead process: free, keep or adopt.")
    RegionOptions.Policy policy;

    @Option(
            names = "--when-empty",
            paramLabel = "WHAT",
            description = "When a pool has no block left: next (a larger one) or refuse.")
    RegionOptions.WhenEmpty whenEmpty;

    @Override
    public int run(Session session) throws IOException {
        String reference;
        try (Region region = Region.create(options())) {
            reference = region.reference();
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
        try (Inspector inspector = Inspector.open(reference)) {
            report(session, inspector.identity());
        }
        return FINE;
    }

    private RegionOptions options() {
        RegionOptions options = backing().size(size).processName("shm create");
        if (max != null) {
            options = options.maximumSize(max);
        }
        if (mode != null) {
            options = options.mode(PoolSpec.octal(mode));
        }
        for (String pool : pools) {
            options = PoolSpec.parse(pool).addTo(options);
        }
        for (String budget : budgets) {
            options = PoolSpec.addBudget(budget, options);
        }
        if (policy != null) {
            options = options.policy(policy);
        }
        if (whenEmpty != null) {
            options = options.whenPoolIsEmpty(whenEmpty);
        }
        return options;
    }

    private RegionOptions backing() {
        boolean namesKey = name != null && name.startsWith("sysv:");
        if (kind == Kind.sysv || key != null || namesKey) {
            return RegionOptions.systemV(systemVKey(namesKey));
        }
        if (name == null) {
            throw new UsageException("create: missing NAME. 'shm help create' tells more");
        }
        return RegionOptions.named(name);
    }

    private int systemVKey(boolean namesKey) {
        if (kind == Kind.named) {
            throw new UsageException("--kind named has no System V key");
        }
        if (name != null && !namesKey) {
            throw new UsageException(
                    "a System V region has a key instead of a name: shm create --kind sysv --key 0x5348");
        }
        if (name != null && key != null) {
            throw new UsageException("the key is given twice: " + name + " and --key " + Numbers.hex(key));
        }
        if (name == null && key == null) {
            throw new UsageException("--kind sysv needs --key 0xKEY");
        }
        long value = key != null ? key : Place.parse(name.substring("sysv:".length()));
        if (value == 0 || value > 0xffff_ffffL) {
            throw new UsageException("a System V key is between 0x1 and 0xffffffff, not " + Numbers.hex(value));
        }
        return (int) value;
    }

    private void report(Session session, Identity made) throws IOException {
        if (session.json()) {
            Json json = session.startJson("create")
                    .field("region", made.reference())
                    .field("path", made.path())
                    .field("id", made.regionId())
                    .field("kind", made.kind())
                    .field("size", made.size())
                    .field("mapped", made.mapped())
                    .field("maximum", made.maximum())
                    .field("mode", Numbers.mode(made.mode()))
                    .field("policy", made.policy());
            session.endJson(json);
            return;
        }
        String mapped = made.mapped() == made.size() ? "" : " (" + Numbers.sizeInWords(made.mapped()) + " mapped)";
        String path = made.path().equals(made.reference()) ? "" : Text.safe(made.path()) + ", ";
        session.told("created " + Text.safe(made.reference()) + ": " + path + made.kind() + ", "
                + Numbers.sizeInWords(made.size()) + mapped + IdentityText.growth(made) + ", mode "
                + Numbers.mode(made.mode()));
    }
}
