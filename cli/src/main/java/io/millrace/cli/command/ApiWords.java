package io.millrace.cli.command;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the log says in the words of its API, in those of the command line: an option for a setting, a command for a method. The log is told
 * nothing of who calls it, so that its messages are for whoever writes a program. Stateless.
 */
public final class ApiWords {
    private static final Pattern NAME = Pattern.compile("(?<![\\w.'-])[a-z]+[A-Z]\\w*(?![\\w.'-]*[\\w'-])");
    private static final Pattern DURATION = Pattern.compile("\\bPT[0-9][0-9HMS.]*[HMS]");
    /** Settings whose option is not their name with dashes. */
    private static final Map<String, String> NAMES = Map.of(
            "minLag", "--min-compaction-lag",
            "maxLag", "--max-compaction-lag",
            "retentionBytes", "--retention-bytes",
            "segmentBytes", "--segment-bytes",
            "segmentAge", "--segment-age",
            "maxRecordBytes", "--max-record-bytes",
            "timestampType", "--timestamp-type",
            "deleteRetention", "--delete-retention",
            "minDirtyRatio", "--min-dirty-ratio");
    /** Advice that is other advice here. The longer ones first. */
    private static final Map<String, String> ADVICE = new LinkedHashMap<>();

    static {
        ADVICE.put(", or give the producer a longer maxBlock", "");
        ADVICE.put(", or have this log keep fewer open (EmbeddedLogConfig.maxOpenFiles)", "");
        ADVICE.put(
                "raise maxInflatedBatchBytes of the log",
                "read it with a program of your own, whose EmbeddedLogConfig has a larger maxInflatedBatchBytes");
        ADVICE.put(
                "commitPrepared or abortPrepared",
                "'millrace transactions commit-prepared' or 'millrace transactions abort-prepared'");
        ADVICE.put(", then open the producer again", ", then run this again");
        ADVICE.put("say which topic its record is to go to", "name one with --to");
        ADVICE.put(
                ". Close this producer or reader; if the topic was created again, open a new one",
                ". If it was created again, run this again");
        ADVICE.put(
                "run it with a larger heap (-Xmx)",
                "run this again with a larger heap, which the environment variable MILLRACE_JAVA_OPTS sets, such as"
                        + " MILLRACE_JAVA_OPTS=-Xmx2g");
        ADVICE.put(" in a power cut with PROCESS_CRASH", " in a power cut");
    }

    /** The same where it names a topic, which the command is to name, too. */
    private static final Map<Pattern, String> TOPIC_ADVICE = Map.of(
            Pattern.compile("give topic (\\S+) a larger maxRecordBytes"),
            "raise its bound with 'millrace topics alter $1 --max-record-bytes SIZE'",
            Pattern.compile("change the cleanup of topic (\\S+) to DELETE"),
            "change the topic with 'millrace topics alter $1 --cleanup delete'");

    private ApiWords() {}

    /** The message of an exception of the log, for a person at the command line. */
    public static String translate(@Nullable String message) {
        String said = String.valueOf(message);
        for (Map.Entry<String, String> advice : ADVICE.entrySet()) {
            said = said.replace(advice.getKey(), advice.getValue());
        }
        for (Map.Entry<Pattern, String> advice : TOPIC_ADVICE.entrySet()) {
            said = advice.getKey().matcher(said).replaceAll(advice.getValue());
        }
        said = NAME.matcher(said)
                .replaceAll(name -> Matcher.quoteReplacement(NAMES.getOrDefault(name.group(), name.group())));
        return DURATION.matcher(said).replaceAll(time -> Matcher.quoteReplacement(shown(time.group())));
    }

    private static String shown(String duration) {
        try {
            return HumanDuration.show(Duration.parse(duration));
        } catch (DateTimeException e) {
            return duration; // only looked like one
        }
    }
}
