package io.shm.cli.command;

import io.shm.cli.doctor.Check;
import io.shm.cli.doctor.Check.Verdict;
import io.shm.cli.doctor.Doctor;
import io.shm.cli.render.Column;
import io.shm.cli.render.Column.Kind;
import io.shm.cli.render.Json;
import io.shm.cli.render.Numbers;
import io.shm.cli.render.Paint;
import io.shm.cli.render.Shape;
import io.shm.cli.render.Table;
import io.shm.cli.render.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        header = "Whether this machine or container is fit for regions.",
        description = "Says what to do where it is not. Exit code 1 if something keeps regions from working.")
public final class DoctorCommand extends Verb {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "/dev/shm",
            description = "The folder that regions are to be in (${DEFAULT-VALUE}).")
    Path folder;

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public int run(Session session) throws IOException {
        List<Check> checks = Doctor.examine(folder.toAbsolutePath().normalize());
        int fails = count(checks, Verdict.FAIL);
        int warnings = count(checks, Verdict.WARN);
        if (session.json()) {
            json(session, checks, fails, warnings);
        } else {
            Table<Check> table = session.table(new CheckShape());
            for (Check check : checks) {
                table.add(check);
            }
            table.finish();
            advise(session, checks);
            session.sum(
                    fails > 0
                            ? "not fit: " + Numbers.counted(fails, "failure")
                            : "fit for regions"
                                    + (warnings > 0 ? ", with " + Numbers.counted(warnings, "warning") : ""));
        }
        return fails > 0 ? FINDINGS : FINE;
    }

    /** Below the table: sentences would make it wider than any terminal. */
    private static void advise(Session session, List<Check> checks) throws IOException {
        for (Check check : checks) {
            if (!check.advice().isEmpty()) {
                session.line(session.look().paint(paint(check), word(check)) + " " + check.subject() + ": "
                        + Text.safe(check.advice()));
            }
        }
    }

    private static int count(List<Check> checks, Verdict verdict) {
        int count = 0;
        for (Check check : checks) {
            count += check.verdict() == verdict ? 1 : 0;
        }
        return count;
    }

    private static void json(Session session, List<Check> checks, int fails, int warnings) throws IOException {
        Json json = session.startJson("doctor");
        json.field("fit", fails == 0).field("failures", fails).field("warnings", warnings);
        json.key("checks").array();
        for (Check check : checks) {
            json.object()
                    .field("verdict", word(check))
                    .field("subject", check.subject())
                    .field("found", check.found())
                    .field("advice", check.advice().isEmpty() ? null : check.advice())
                    .endObject();
        }
        json.endArray();
        session.endJson(json);
    }

    private static String word(Check check) {
        return check.verdict().name().toLowerCase(Locale.ROOT);
    }

    private static Paint paint(Check check) {
        return switch (check.verdict()) {
            case OK -> Paint.GOOD;
            case WARN -> Paint.WARN;
            case FAIL -> Paint.BAD;
        };
    }

    private static final class CheckShape extends Shape<Check> {
        CheckShape() {
            super(List.of(
                    Column.shown("verdict", Kind.TEXT),
                    Column.shown("subject", Kind.TEXT),
                    Column.shown("found", Kind.TEXT),
                    Column.extra("advice", Kind.TEXT)));
        }

        @Override
        public Object value(Check row, String key) {
            return switch (key) {
                case "verdict" -> word(row);
                case "subject" -> row.subject();
                case "found" -> row.found();
                default -> row.advice();
            };
        }

        @Override
        public Paint paint(Check row, String key) {
            return key.equals("verdict") ? DoctorCommand.paint(row) : Paint.PLAIN;
        }
    }
}
