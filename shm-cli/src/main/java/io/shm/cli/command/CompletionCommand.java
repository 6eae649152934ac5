package io.shm.cli.command;

import io.shm.cli.render.Json;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        header = "Completion of verbs, options and the names of regions, for bash and zsh.",
        description = "  source <(shm completion)")
public final class CompletionCommand extends Verb {
    /**
     * What the generated script does not know: which regions there are. A named region has its lock file beside it, so
     * that no JVM need start for a key that is pressed.
     */
    private static final String REGIONS = """

            # The names of the regions that there are.
            function _shm_regions() {
              local lock name
              for lock in "${SHM_COMPLETION_FOLDER:-/dev/shm}"/.*.lock; do
                name="${lock##*/}"
                name="${name#.}"
                name="${name%.lock}"
                [ -f "${lock%/*}/${name}" ] && printf '%s\\n' "${name}"
              done
            }

            # As generated, and the names of regions where a verb takes one.
            function _complete_shm_and_regions() {
              _complete_shm "$@"
              local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" word quoted verb="" i
              for (( i = 1; i < COMP_CWORD; i++ )); do
                word="${COMP_WORDS[i]}"
                case "${word}" in -*) ;; *) verb="${word}"; break ;; esac
              done
              case "${verb}" in %VERBS%) ;; *) return ;; esac
              case "${previous}" in %OPTIONS%) return ;; esac
              case "${current}" in -* | */*) return ;; esac
              while IFS= read -r word; do
                printf -v quoted '%q' "${word}"
                # What stands there is as it was typed: a blank in a name has a backslash before it.
                case "${word}" in "${current}"*) ;; *)
                  case "${quoted}" in "${current}"*) ;; *) continue ;; esac ;;
                esac
                COMPREPLY+=("${quoted}")
              done < <(_shm_regions)
            }

            complete -F _complete_shm_and_regions -o default shm shm.sh shm.bash
            """;

    @Spec
    CommandSpec spec;

    @Override
    public int run(Session session) throws IOException {
        CommandLine program = spec.root().commandLine();
        String script = AutoComplete.bash("shm", program)
                + REGIONS.replace("%VERBS%", verbs(program)).replace("%OPTIONS%", options(program));
        if (session.json()) {
            Json json = session.startJson("completion").field("script", script);
            session.endJson(json);
        } else {
            session.out().append(script);
        }
        return FINE;
    }

    /** Those that take a region. */
    private static String verbs(CommandLine program) {
        TreeSet<String> verbs = new TreeSet<>();
        program.getSubcommands().forEach((name, verb) -> {
            boolean takesRegion = verb.getCommandSpec().positionalParameters().stream()
                    .anyMatch(parameter -> parameter.paramLabel().equals("REGION"));
            if (takesRegion) {
                verbs.add(name);
            }
        });
        return String.join(" | ", verbs);
    }

    /** Those after which comes their value. */
    private static String options(CommandLine program) {
        TreeSet<String> names = new TreeSet<>();
        for (CommandLine verb : program.getSubcommands().values()) {
            for (OptionSpec option : verb.getCommandSpec().options()) {
                if (option.arity().min() > 0) {
                    names.addAll(List.of(option.names()));
                }
            }
        }
        return String.join(" | ", names);
    }
}
