package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.cli.command.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|a verb is missing. 'shm help' lists the verbs",
                "lss|no verb 'lss'. Near: ls. 'shm help' lists the verbs",
                "bypass orders|no verb 'bypass'. 'shm help' lists the verbs",
                "-x|no option '-x'. 'shm help' lists the verbs",
                "inspect|inspect: missing REGION. 'shm help inspect' tells more",
                "inspect a b|inspect: one argument too many: 'b'. 'shm help inspect' tells more",
                "inspect a --limt 3|inspect: no option '--limt'. Near: --limit. 'shm help inspect' tells more",
                "inspect a --limit x|inspect: invalid value for option '--limit': 'x' is not an int",
                "inspect a --limit -1|--limit is a number of rows, not -1",
                "blocks a --site (|blocks: invalid value for option '--site'",
                "blocks a --min-size 1.5|blocks: invalid value for option '--min-size': '1.5' is not a size; a size is",
                "create x|create: missing --size SIZE. 'shm help create' tells more",
                "create --size 64M|create: missing NAME",
                "create x --size 64M --max 1M|the maximum of a region is not below its size: 1,048,576 bytes for 67,108,864",
                "create x --size 64M --max 1T|a region has a maximum of at most 68,719,476,736 bytes, not",
                "create x --size 1M --max 1G|a region that may grow so much has at least",
                "create x --size 64M --max 0|the maximum of a region is its size or more, not 0",
                "create x --size 64M --max big|create: invalid value for option '--max': 'big' is not a size",
                "create x --size 64M --kind zero|create: invalid value for option '--kind'",
                "create x --size 64M --key 0x1|a System V region has a key instead of a name",
                "create --size 64M --kind sysv|--kind sysv needs --key 0xKEY",
                "create sysv:zz --size 64M|'zz' is not a number",
                "create sysv:0x1 --size 64M --key 1|the key is given twice",
                "create x --size 64M --pool 64|--pool '64' is not [TAG:]SIZExCOUNT",
                "create x --size 64M --budget packet|--budget 'packet' is not TAG:SIZE",
                "create x --size 64M --mode 9|--mode '9' is not a mode",
                "create x --size 1|", // the smallest size
                "ls --watch=soon|ls: invalid value for option '--watch': 'soon' is not a duration; a duration is like",
                "ls --columns name,color|no column 'color'; there are name,kind,",
                "ls --color=blue|ls: invalid value for option '--color'",
                "ls --dir /nonesuch|--dir /nonesuch is not a directory",
                "inspect a --columns x|--columns: this verb has no table",
                "create x --size 64M --watch|--watch: there is nothing to watch",
                "ls --watch -o x|--watch with -o",
                "help lss|no verb 'lss'",
                "demo|demo: which one? alphabet",
                "demo alphbet|demo: no demo 'alphbet'. Near: alphabet",
                "demo alphabet --kind zero --keep x|--keep NAME is for --kind named"
            })
    void whatWasTypedWronglyIsOneLineAndCode2(String typed, String line) {
        Cli cli = Cli.run(typed.isEmpty() ? new String[0] : typed.split(" "));

        assertThat(cli.err()).startsWith("shm: " + (line == null ? "" : line));
        assertThat(cli.err().lines()).hasSize(1);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inspect", "blocks", "sites", "procs", "pools"})
    void aRegionThatIsNotThereIsCode3(String verb) {
        Cli cli = Cli.run(verb, folder.resolve("nonesuch").toString());

        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.err()).startsWith("shm: no region '").contains("nonesuch does not exist");
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void aFileThatIsNoRegionIsCode3() throws IOException {
        Path file = Files.write(folder.resolve("x.bin"), new byte[] {0x0a, 0x1f, 0x08, 0x2e, 5, 6, 7, 8, 9});
        Cli cli = Cli.run("inspect", file.toString());

        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.err()).isEqualTo("shm: " + file + " is not a shm region (starts 0a 1f 08 2e)\n");
    }

    @Test
    void withJsonAnErrorIsAnObjectToo() {
        Cli missing = Cli.run("inspect", "--json", folder.resolve("nonesuch").toString());
        assertThat(missing.json())
                .containsEntry("schema", "shm.error/1")
                .containsEntry("code", "not-found")
                .containsEntry("exit", 3L);
        assertThat((String) missing.json().get("message")).startsWith("no region '");
        assertThat(missing.err()).startsWith("shm: no region");

        assertThat(Cli.run("--json", "lss").json()).containsEntry("exit", 2L);
        assertThat(Cli.run("inspect", "--json").json()).containsEntry("code", "usage");
    }

    @Test
    void theTraceIsOnlyForThoseWhoAskForIt() {
        String missing = folder.resolve("nonesuch").toString();

        assertThat(Cli.run("inspect", missing).err()).doesNotContain("\tat ");
        assertThat(Cli.run("inspect", "-v", missing).err()).contains("\tat io.shm");
        assertThat(Cli.run("inspect", "-v").err()).contains("\tat ");
    }

    @Test
    void helpListsEveryVerbAndNoOther() {
        String help = Cli.run("help").out();

        for (String name : Verbs.NAMES) {
            assertThat(help).contains("\n  " + name + " ");
            Cli ofVerb = Cli.run("help", name);
            assertThat(ofVerb.code()).isZero();
            assertThat(ofVerb.out()).startsWith("usage: shm " + name);
            assertThat(Cli.run(name, "--help").out()).isEqualTo(ofVerb.out());
        }
        assertThat(help.lines().filter(line -> line.matches("  [a-z]+ .*"))).hasSize(Verbs.NAMES.size());
        assertThat(Cli.run("--help").out()).isEqualTo(help);
    }

    @Test
    void everyVerbThatIsListedExists() {
        for (String name : Verbs.NAMES) {
            assertThat(Verbs.named(name)).as(name).isNotNull();
        }
        assertThat(Verbs.named("nonesuch")).isNull();
    }

    @Test
    void globalOptionsMayStandBeforeTheVerb() {
        Map<String, Object> json =
                Cli.run("--json", "ls", "--dir", folder.toString()).json();

        assertThat(json).containsEntry("schema", "shm.ls/1");
    }

    @Test
    void completionKnowsVerbsAndOptions() {
        String script = Cli.run("completion").out();

        assertThat(script)
                .startsWith("#!")
                .contains("complete -F")
                .contains("--older-than")
                .contains("alphabet");
    }

    @Test
    void outputToAFileIsAllOrNothing() throws IOException {
        Path file = folder.resolve("out.json");
        assertThat(Cli.run("ls", "--json", "--dir", folder.toString(), "-o", file.toString()))
                .isEqualTo(new Cli(0, "", ""));
        assertThat(Files.readString(file)).startsWith("{\"schema\":\"shm.ls/1\"");

        Cli failed = Cli.run("inspect", "nonesuch", "-o", file.toString());
        assertThat(failed.code()).isEqualTo(3);
        assertThat(Files.readString(file)).startsWith("{\"schema\":\"shm.ls/1\"");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void outputToAFolderIsRefused() {
        assertThat(Cli.run("ls", "-o", folder.toString()).err()).contains("is a directory");
        Cli nowhere = Cli.run("ls", "-o", folder.resolve("a/b").toString());
        assertThat(nowhere.code()).isEqualTo(2);
        assertThat(nowhere.err()).contains("there is no folder");
    }

    @Test
    void aReaderThatHasSeenEnoughIsNoError() {
        assertThat(writingTo("Broken pipe")).isZero();
    }

    @Test
    void aFullDiskBehindTheOutputIsCode6() {
        assertThat(writingTo("No space left on device")).isEqualTo(6);
    }

    private static int writingTo(String failure) {
        OutputStream failing = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(failure);
            }
        };
        return Main.run(new String[] {"help"}, failing, OutputStream.nullOutputStream(), Terminal.none());
    }
}
