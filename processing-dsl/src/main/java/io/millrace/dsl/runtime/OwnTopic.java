package io.millrace.dsl.runtime;

import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.Cleanup;
import io.millrace.log.TopicSettings.TimestampType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A topic in which an application keeps records that it cannot do without, and what it has to be like so that none of them is lost. Pure.
 *
 * <p>Judged is what loses something, and nothing else: sizes of segments, compression, lags of compaction are whatever somebody made them.
 *
 * @param of what it is to a reader of messages, such as {@code the changelog of store 'total'}
 */
record OwnTopic(String name, Kind kind, String of) {
    /**
     * For so long at least a deletion has to stay, for whoever restores: who takes longer begins anew where the topic was compacted meanwhile, and with less
     * than that would hardly come to an end.
     */
    private static final Duration SHORTEST_DELETE_RETENTION = Duration.ofMinutes(1);

    /** What it is for, and so how it loses records. */
    enum Kind {
        /** The newest record of each key counts, however old. */
        CHANGELOG("what is deleted is gone from the state that is restored from it"),
        /** The same. */
        POSITIONS("a source whose position is deleted is read from its beginning once more"),
        /** The same. */
        TOPOLOGY("without it nobody notices that a changed program would not go on with the state as it is"),
        /** Each record counts until it is processed, with its time. */
        REPARTITION("what is deleted before it is processed is in no result"),
        /** Each record counts, until its owner lets it go: retention is his to choose. */
        DEAD_LETTERS("of two letters with one key the first goes, and one without a key cannot be written");

        private final String loss;

        Kind(String loss) {
            this.loss = loss;
        }

        private boolean isFolded() {
            return this == CHANGELOG || this == POSITIONS || this == TOPOLOGY;
        }
    }

    /**
     * What has to be changed of it, where records would be lost otherwise: what it has, why that loses them, and the command.
     *
     * @return empty if none would be
     */
    Optional<String> complaint(TopicSettings found) {
        List<String> has = new ArrayList<>();
        List<String> losses = new ArrayList<>();
        List<String> options = new ArrayList<>(cleanupOptions(found));
        if (!options.isEmpty()) {
            has.add(said(found));
            losses.add(kind.loss);
        }
        if (forgetsDeletions(found)) {
            has.add("delete-retention " + found.compaction().deleteRetention());
            losses.add(
                    "whoever reads the topic while it is compacted misses deletions, so that what was deleted is there again");
            options.add("--delete-retention 24h");
        }
        if (kind == Kind.REPARTITION && found.timestampType() != TimestampType.CREATE_TIME) {
            has.add("timestamp-type " + word(found.timestampType()));
            losses.add("records lose the time at which they happened, by which windows and joins go");
            options.add("--timestamp-type create-time");
        }
        return options.isEmpty()
                ? Optional.empty()
                : Optional.of("Topic '" + name + "', " + of + ", has " + String.join(" and ", has) + ": "
                        + String.join("; ", losses) + ". Say `" + alter(options) + "`, and start again");
    }

    private boolean forgetsDeletions(TopicSettings found) {
        return kind.isFolded()
                && found.cleanup().compacts()
                && found.compaction().deleteRetention().compareTo(SHORTEST_DELETE_RETENTION) < 0;
    }

    private List<String> cleanupOptions(TopicSettings found) {
        boolean isBounded =
                found.retention().isPresent() || found.retentionBytes().isPresent();
        if (kind.isFolded()) {
            return found.cleanup().deletes() && isBounded ? List.of("--cleanup compact") : List.of();
        }
        List<String> options = new ArrayList<>();
        if (found.cleanup().compacts()) {
            options.add("--cleanup delete");
        }
        // One that compacts may have a bound that does nothing yet: it would, once it deletes.
        if (kind == Kind.REPARTITION && found.retention().isPresent()) {
            options.add("--retention forever");
        }
        if (kind == Kind.REPARTITION && found.retentionBytes().isPresent()) {
            options.add("--retention-bytes unlimited");
        }
        return options;
    }

    /** What is not wrong, and not what anybody wants: it is told, and the application starts. */
    Optional<String> warning(TopicSettings found) {
        return kind.isFolded()
                        && found.cleanup() == Cleanup.DELETE
                        && complaint(found).isEmpty()
                ? Optional.of("Topic '" + name + "', " + of
                        + ", keeps every record for ever, and a restore replays them all: `"
                        + alter(List.of("--cleanup compact")) + "` keeps the newest of each key")
                : Optional.empty();
    }

    private String alter(List<String> options) {
        return "millrace topics alter " + name + " " + String.join(" ", options) + " --data DIR";
    }

    /** What is wrong with its number of partitions; there is no command for it, because records lie where their keys belonged. */
    String wrongCount(int found, int needed) {
        String begins = "Topic '" + name + "', " + of + ", has " + found + " partitions, and ";
        return switch (kind) {
            case CHANGELOG ->
                begins + "the topics that feed the store have " + needed
                        + ": its state is divided by those it has, so that keys would not meet theirs. Say repartition(name, "
                        + found
                        + ") before the step, and builder.allow(TopologyChange.keep(store)), since it is fed by that then; or give the store"
                        + " another name, which begins empty, and builder.allow(TopologyChange.drop(store))";
            case REPARTITION ->
                begins + "what feeds it or is joined with it has " + needed
                        + ": its keys are spread over those it has. Say repartition(name, " + found
                        + "), or choose another name, which begins an empty one";
            case POSITIONS, TOPOLOGY ->
                begins + "needs one: the application has not made it so. If nobody needs what is in it, say"
                        + " `millrace topics delete " + name
                        + " --data DIR`, and start again; else give the application another name";
            case DEAD_LETTERS -> throw new IllegalStateException("Dead letters go into any number of partitions");
        };
    }

    private static String said(TopicSettings settings) {
        StringBuilder said = new StringBuilder("cleanup ").append(word(settings.cleanup()));
        settings.retention()
                .map(Duration::toString)
                .ifPresent(time -> said.append(" with retention ").append(time));
        settings.retentionBytes()
                .ifPresent(bytes -> said.append(" with retention-bytes ").append(bytes));
        return said.toString();
    }

    /** As the command line writes it. */
    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
