package io.millrace.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** What a command does not know, in a line with what was meant. Stateless. */
final class Mistyped {
    /** The shortest name with a typing error in it that still says what was meant: {@code -e} may be anything. */
    private static final int SHORTEST = 3;

    private static final String TOPIC = "The topic is named without an option.";
    private static final String DATA = "There is no server: --data names the directory of the log.";
    private static final String GROUP = "Write --group.";
    private static final String MAX = "Write --max.";
    private static final String SETTING = "Each setting has an option of its own, such as --retention.";
    private static final String FORMAT = "Write --key-format and --value-format.";

    /** What kcat's and Kafka's options are here. */
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
            Map.entry("-t", TOPIC),
            Map.entry("--topic", TOPIC),
            Map.entry("-b", DATA),
            Map.entry("--bootstrap-server", DATA),
            Map.entry("--broker-list", DATA),
            Map.entry("--zookeeper", DATA),
            Map.entry("-G", GROUP),
            Map.entry("--consumer-property", GROUP),
            Map.entry("-c", MAX),
            Map.entry("--max-messages", MAX),
            Map.entry("--config", SETTING),
            Map.entry("--add-config", SETTING),
            Map.entry("-s", FORMAT),
            Map.entry("--key-deserializer", FORMAT),
            Map.entry("--value-deserializer", FORMAT),
            Map.entry("-C", "'millrace consume' is a command of its own."),
            Map.entry("-P", "'millrace produce' is a command of its own."),
            Map.entry("-L", "'millrace topics describe' lists them."),
            Map.entry("-e", "'millrace consume' ends at the end, unless --follow is given."),
            Map.entry("--from-beginning", "'millrace consume' begins there, unless --from is given."),
            Map.entry("--offset", "Write --from."),
            Map.entry("-J", "Write --json."),
            Map.entry(
                    "-X",
                    "What is set so elsewhere is an option of its own, such as --transactional-id or --isolation."),
            Map.entry("--property", "Write -K for key and value, --output or --json for the rest."),
            Map.entry("--isolation-level", "Write --isolation."),
            Map.entry("--replication-factor", "A log is kept once, in its directory."),
            Map.entry("--dry-run", "Without --yes or --execute, what takes something away is a dry run."));

    private Mistyped() {}

    static String describe(UnmatchedArgumentException failure) {
        CommandLine command = failure.getCommandLine();
        String given = failure.getUnmatched().get(0);
        boolean isOption = failure.isUnknownOption();
        Collection<String> known = isOption
                ? command.getCommandSpec().optionsMap().keySet()
                : command.getSubcommands().keySet();
        String name = command.getCommandSpec().qualifiedName();
        if (!isOption && known.isEmpty()) {
            return "'" + given + "' is one argument too many for '" + name + "'.";
        }
        String text = isOption ? given.replaceFirst("=.*", "") : given;
        String what = "'" + name + "' has no " + (isOption ? "option " : "command ") + given + ".";
        if (isOption && ELSEWHERE.containsKey(text)) {
            return what + " " + ELSEWHERE.get(text);
        }
        return closest(text, known)
                .map(meant -> what + " Did you mean " + meant + "?")
                .orElse(what);
    }

    /** The name from which the text differs least, if it is not by much. */
    static Optional<String> closest(String text, Collection<String> names) {
        List<String> best = new ArrayList<>();
        if (text.length() < SHORTEST) {
            return Optional.empty();
        }
        int least = Math.max(1, text.length() / 3);
        for (String name : new TreeSet<>(names)) {
            int distance = name.length() < SHORTEST ? Integer.MAX_VALUE : distance(text, name);
            if (distance < least || (distance == least && best.isEmpty())) {
                best.clear();
                best.add(name);
                least = distance;
            }
        }
        return best.stream().findFirst();
    }

    /** How many letters are wrong, missing, too many or swapped with the next one. */
    private static int distance(String a, String b) {
        int[][] distances = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    distances[i][j] = i + j;
                    continue;
                }
                int wrong = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least = Math.min(distances[i - 1][j] + 1, distances[i][j - 1] + 1);
                least = Math.min(least, distances[i - 1][j - 1] + wrong);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    least = Math.min(least, distances[i - 2][j - 2] + wrong);
                }
                distances[i][j] = least;
            }
        }
        return distances[a.length()][b.length()];
    }
}
