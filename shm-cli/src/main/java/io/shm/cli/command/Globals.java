package io.shm.cli.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every verb takes. */
public final class Globals {
    /** When to paint. */
    public enum When {
        auto,
        always,
        never
    }

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "One JSON object instead of tables; with --watch one a line.")
    public boolean json;

    @Option(names = "--bytes", scope = ScopeType.INHERIT, description = "Numbers as plain digits, sizes in bytes.")
    public boolean bytes;

    @Option(
            names = "--columns",
            scope = ScopeType.INHERIT,
            paramLabel = "LIST",
            split = ",",
            hideParamSyntax = true,
            description = "The columns of the table, in this order: site,bytes. 'all' shows every one.")
    public List<String> columns;

    @Option(
            names = {"-o", "--output"},
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Write there instead, all or nothing.")
    public Path output;

    @Option(names = "--no-headings", scope = ScopeType.INHERIT, description = "Tables without heads and sums.")
    public boolean noHeadings;

    @Option(
            names = "--color",
            scope = ScopeType.INHERIT,
            paramLabel = "WHEN",
            description = "auto, always or never. NO_COLOR is obeyed.")
    public When color = When.auto;

    @Option(
            names = "--watch",
            scope = ScopeType.INHERIT,
            arity = "0..1",
            fallbackValue = "1s",
            paramLabel = "EVERY",
            converter = Span.class,
            preprocessor = Attached.class,
            description = "Again and again, every second or as told: --watch=5s.")
    public Duration watch;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Results only: no sums, no remarks.")
    public boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "The stack trace of an error.")
    public boolean verbose;

    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            usageHelp = true,
            description = "This.")
    public boolean help;

    /** Takes a value only after a {@code =}: in {@code --watch orders} the region is no duration. */
    static final class Attached implements IParameterPreprocessor {
        @Override
        public boolean preprocess(Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
            if (!"=".equals(info.get("separator"))) {
                args.push(((OptionSpec) option).fallbackValue());
            }
            return false;
        }
    }
}
