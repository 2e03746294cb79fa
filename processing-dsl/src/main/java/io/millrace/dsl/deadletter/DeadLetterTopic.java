package io.millrace.dsl.deadletter;

import io.millrace.log.Disposition;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The letters of one topic, for whoever looks at them; who decides takes a {@link DeadLetterDesk}. Reads what is committed when it is asked, beside
 * the application that writes it. Keeps nothing open. Owned by one thread.
 */
public final class DeadLetterTopic {
    private final EventLog log;
    private final TopicDescription topic;

    private DeadLetterTopic(EventLog log, TopicDescription topic) {
        this.log = log;
        this.topic = topic;
    }

    /** @throws LogException with STOP if there is no such topic */
    public static DeadLetterTopic of(EventLog log, String name) {
        return new DeadLetterTopic(
                log,
                log.admin()
                        .describeTopic(name)
                        .orElseThrow(() -> new LogException(Disposition.STOP, "There is no topic '" + name + "'")));
    }

    /**
     * The topics that have dead letters, by name: those where a partition's first record is one.
     *
     * @param unreadable is told of each partition that cannot be read, and why
     */
    public static List<String> namesIn(EventLog log, BiConsumer<TopicPartition, LogException> unreadable) {
        return log.admin().topics().stream()
                .filter(topic -> !topic.internal() && beginsWithLetter(log, topic, unreadable))
                .map(TopicDescription::name)
                .toList();
    }

    private static boolean beginsWithLetter(
            EventLog log, TopicDescription topic, BiConsumer<TopicPartition, LogException> unreadable) {
        for (int partition = 0; partition < topic.partitions(); partition++) {
            TopicPartition where = new TopicPartition(topic.name(), partition);
            try {
                if (CommittedRecords.firstIs(log, where, Letters::isOne)) {
                    return true;
                }
            } catch (LogException e) {
                unreadable.accept(where, e);
            }
        }
        return false;
    }

    public String name() {
        return topic.name();
    }

    TopicDescription description() {
        return topic;
    }

    /**
     * Shows letters by partition and offset, each with what was decided of it.
     *
     * @param visitor says whether to go on
     */
    public void forEach(DeadLetterFilter filter, BiPredicate<DeadLetter, Decision> visitor) {
        Decisions decisions = Decisions.read(log, topic);
        visit(filter, letter -> !filter.accepts(letter) || visitor.test(letter, decisions.of(letter.id())));
    }

    /** One letter; empty if there is none, or if what is there is no dead letter. */
    public Optional<DeadLetter> letter(LetterId id) {
        if (id.partition() >= topic.partitions()) {
            return Optional.empty();
        }
        TopicPartition partition = new TopicPartition(topic.name(), id.partition());
        if (id.offset() < log.admin().logStartOffset(partition)
                || id.offset() >= log.admin().endOffset(partition, Isolation.READ_COMMITTED)) {
            return Optional.empty();
        }
        @Nullable DeadLetter[] found = {null};
        CommittedRecords.between(log, partition, id.offset(), id.offset() + 1, record -> {
            found[0] = Letters.isOne(record) ? Letters.read(record) : null;
            return false;
        });
        return Optional.ofNullable(found[0]);
    }

    /** How many letters there are, by what was decided of them; each decision is there. */
    public Map<Decision, Long> count() {
        Map<Decision, Long> counts = new EnumMap<>(Decision.class);
        for (Decision decision : Decision.values()) {
            counts.put(decision, 0L);
        }
        forEach(DeadLetterFilter.all(), (letter, decision) -> {
            counts.merge(decision, 1L, Long::sum);
            return true;
        });
        return counts;
    }

    /**
     * How many records a replay would put back, by the topic that they would go to. Changes nothing.
     *
     * @param to the topic that all go to; empty: each goes back to the partition that it came from
     * @throws LogException with STOP if a letter that is named is not there, or if one has nowhere to go
     */
    public SortedMap<String, Long> planReplay(DeadLetterFilter filter, Optional<String> to) {
        Routes routes = new Routes(log, topic.name(), to);
        SortedMap<String, Long> plan = new TreeMap<>();
        planned(filter, letter -> plan.merge(routes.of(letter).topic(), 1L, Long::sum));
        return plan;
    }

    /**
     * How many letters would be discarded. Changes nothing.
     *
     * @throws LogException with STOP if a letter that is named is not there
     */
    public long planDiscard(DeadLetterFilter filter) {
        long[] count = {0};
        planned(filter, letter -> count[0]++);
        return count[0];
    }

    private void planned(DeadLetterFilter filter, Consumer<DeadLetter> action) {
        for (LetterId id : new TreeSet<>(filter.ids())) {
            if (letter(id).isEmpty()) {
                throw new LogException(Disposition.STOP, "Topic '" + name() + "' has no dead letter " + id);
            }
        }
        forEach(filter, (letter, decision) -> {
            if (decision == Decision.OPEN) {
                action.accept(letter);
            }
            return true;
        });
    }

    /**
     * Shows all letters there are now, or those that the filter names; whether one is meant is for the visitor to ask.
     *
     * @param visitor says whether to go on
     */
    void visit(DeadLetterFilter filter, Predicate<DeadLetter> visitor) {
        if (filter.ids().isEmpty()) {
            visitAll(visitor);
            return;
        }
        for (LetterId id : new TreeSet<>(filter.ids())) {
            Optional<DeadLetter> letter = letter(id);
            if (letter.isPresent() && !visitor.test(letter.get())) {
                return;
            }
        }
    }

    /** Where it ends is fixed at the beginning: letters that a replay brings about are not met by it. */
    private void visitAll(Predicate<DeadLetter> visitor) {
        long[] ends = new long[topic.partitions()];
        for (int partition = 0; partition < ends.length; partition++) {
            ends[partition] =
                    log.admin().endOffset(new TopicPartition(topic.name(), partition), Isolation.READ_COMMITTED);
        }
        boolean[] goesOn = {true};
        for (int partition = 0; partition < ends.length && goesOn[0]; partition++) {
            TopicPartition where = new TopicPartition(topic.name(), partition);
            long start = log.admin().logStartOffset(where);
            CommittedRecords.between(log, where, start, ends[partition], record -> {
                goesOn[0] = !Letters.isOne(record) || visitor.test(Letters.read(record));
                return goesOn[0];
            });
        }
    }
}
