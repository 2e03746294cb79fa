package io.millrace.dsl.plan;

import java.time.Duration;
import java.util.Optional;

/** What the changelog of a store is called, and how long it remembers. Pure. */
public final class Changelog {
    private static final String SUFFIX = "-changelog";

    private Changelog() {}

    /** The topic of an application's store. */
    public static String topic(String application, String store) {
        return application + "-" + store + SUFFIX;
    }

    /** The application whose store of this name has this topic; empty if none can. */
    public static Optional<String> application(String topic, String store) {
        String end = "-" + store + SUFFIX;
        return topic.endsWith(end) && topic.length() > end.length()
                ? Optional.of(topic.substring(0, topic.length() - end.length()))
                : Optional.empty();
    }

    /**
     * Whether the changelog of state that nobody had for so long may lack a deletion of that time, which was compacted away: then state cannot
     * be caught up any more.
     *
     * @param deletionsKept after their compaction; half of it is for clocks that differ, and for what was committed and not written then
     */
    public static boolean mayHaveForgotten(Duration idle, Duration deletionsKept) {
        return idle.compareTo(deletionsKept.dividedBy(2)) > 0;
    }
}
