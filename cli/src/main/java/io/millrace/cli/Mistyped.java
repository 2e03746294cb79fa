package io.millrace.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** What a command does not know, in a line with what was meant. Stateless. */
final class Mistyped {
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
        String what = "'" + name + "' has no " + (isOption ? "option " : "command ") + given + ".";
        return closest(isOption ? given.replaceFirst("=.*", "") : given, known)
                .map(meant -> what + " Did you mean " + meant + "?")
                .orElse(what);
    }

    /** The name from which the text differs least, if it is not by much. */
    static Optional<String> closest(String text, Collection<String> names) {
        List<String> best = new ArrayList<>();
        int least = Math.max(1, text.length() / 3);
        for (String name : new TreeSet<>(names)) {
            int distance = distance(text, name);
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
