package io.millrace.dsl;

import io.millrace.state.StoreSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What topics are called: none that the program names is one that the application, or the log, keeps for itself, and no two differ by upper and lower case
 * alone, which logs refuse because of file systems that do not tell them apart. Pure.
 */
final class TopicNameRule {
    private static final String INTERNAL = "__";

    private TopicNameRule() {}

    static void check(String application, List<Step> steps, List<Ingest<?>> ingests, List<Topic<?, ?>> topics) {
        Map<String, String> own = kept(application, steps, ingests);
        for (Step step : steps) {
            if (!isOwned(step)) {
                step.deadLetters().forEach(topic -> checkNotKept(topic, own));
                PipelineRule.topicsOf(step).forEach(topic -> checkNotKept(topic, own));
            }
            checkNotOfRepartition(step, steps);
        }
        Map<String, String> all = new LinkedHashMap<>(own);
        topics.forEach(topic -> all.putIfAbsent(topic.name(), "a topic of the program"));
        checkCase(all);
    }

    /** The application's own topics, but for those between steps, and what each is. */
    private static Map<String, String> kept(String application, List<Step> steps, List<Ingest<?>> ingests) {
        Map<String, String> kept = new LinkedHashMap<>();
        for (Step step : steps) {
            if (!(step instanceof GlobalTableStep)) {
                for (StoreSpec<?> store : step.stores()) {
                    kept.put(
                            changelogOf(application, store.name()),
                            "the changelog of store '" + store.name() + "' of step '" + step.label() + "'");
                }
            }
        }
        kept.put(application + "-topology", "where the application keeps its topology");
        if (!ingests.isEmpty()) {
            kept.put(application + "-ingest-positions", "where sources keep their positions");
        }
        return kept;
    }

    /** The topic of an application's store, as the plan of the steps calls it, which may know this package and not the other way round. */
    static String changelogOf(String application, String store) {
        return application + "-" + store + "-changelog";
    }

    private static boolean isOwned(Step step) {
        return step instanceof Step.Sink sink && sink.target().isOwned();
    }

    private static void checkNotKept(Topic<?, ?> topic, Map<String, String> kept) {
        String what = kept.get(topic.name());
        if (what != null) {
            throw new PipelineException("Topic '" + topic.name() + "' is " + what
                    + ", which nobody else writes or reads: take a topic of another name; what a table holds, its toStream() and"
                    + " queries() tell");
        }
        if (topic.name().startsWith(INTERNAL)) {
            throw new PipelineException("Topic '" + topic.name() + "' is the log's own, as all are that begin with '"
                    + INTERNAL + "': take a topic of another name");
        }
    }

    /** What goes between two steps is written by the first of them alone. */
    private static void checkNotOfRepartition(Step step, List<Step> steps) {
        if (!(step instanceof Step.Sink sink) || sink.target().isOwned()) {
            return;
        }
        for (Step other : steps) {
            if (isOwned(other)) {
                String between = PipelineRule.topicsOf(other).get(0).name();
                if (sink.target().topics().stream()
                        .anyMatch(topic -> topic.name().equals(between))) {
                    throw new PipelineException("Topic '" + between + "' is the application's own, behind '"
                            + other.label() + "': write to a topic of another name, or merge the streams before it");
                }
            }
        }
    }

    private static void checkCase(Map<String, String> topics) {
        Map<String, String> folded = new LinkedHashMap<>();
        topics.forEach((name, what) -> {
            String other = folded.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
            if (other != null) {
                throw new PipelineException(
                        "Topics '" + other + "' (" + topics.get(other) + ") and '" + name + "' (" + what
                                + ") differ by upper and lower case alone, which no log takes: call one of them otherwise");
            }
        });
    }
}
