package io.millrace.proof.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.TestRecord;
import io.millrace.log.TopicPartition;
import io.millrace.proof.pipelines.Recorder.Event;
import io.millrace.proof.pipelines.Recorder.Place;
import io.millrace.proof.pipelines.TopicHistory.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.assertj.core.api.Assertions;

/**
 * At any moment: the committed offsets name a prefix of each input, and output, state, dead letters and what is between two tasks are what the reference says
 * of exactly that prefix (E1), nothing twice and nothing missing.
 *
 * <p>What each task took in which order is asked of the {@link Recorder}, since several inputs of a task have no order but that in which they were read. That
 * it took each committed record of its topics, as it was written, once, and no other, is checked here, and by {@link OrderCheck} that it took them by time.
 * Compared are, of each step with a sink, the exact records: in order where one task writes a partition and no step tells by itself when time passes, else
 * as a multiset. What is made of topics that nobody can look into (joins by foreign key, tables by another key) is compared when all is done, row by row.
 */
final class PrefixCheck {
    private static final Comparator<Change> ORDER = Comparator.comparing(Change::toString);

    private final PipelineTest test;
    private final PipelinePlan plan;
    private final int partitions;
    private final Recorder recorder;
    private final Function<PipelinePlan, Reference> references;
    private final Map<String, TopicHistory> histories = new HashMap<>();
    private final Map<Place, Entry> taken = new HashMap<>();
    private final OrderCheck order;

    PrefixCheck(
            PipelineTest test,
            PipelinePlan plan,
            int partitions,
            Recorder recorder,
            Function<PipelinePlan, Reference> references) {
        this.test = test;
        this.plan = plan;
        this.partitions = partitions;
        this.recorder = recorder;
        this.references = references;
        this.order = new OrderCheck(plan, recorder);
    }

    /** In the middle, and while nothing is idle. */
    void check(String when) {
        check(when, false);
    }

    /** When all was processed, and event time has gone beyond everything. */
    void checkEnd() {
        check("at the end", true);
    }

    private void check(String when, boolean isEnd) {
        Map<TopicPartition, Long> committed = test.log().admin().committedOffsets(PlannedPipeline.NAME);
        Reference reference = references.apply(plan);
        Set<Place> expectedDead = new HashSet<>();
        List<Event> events = recorder.events().stream()
                .filter(event -> event.place().offset() < committed(committed, event.place()))
                .toList();
        plan.heads().forEach(head -> checkTaken(when, head, events, committed, isEnd, expectedDead));
        order.check(when, events);
        events.forEach(reference::accept);
        if (isEnd) {
            reference.closeAll(partitions);
        } else {
            ToldTimes told = new ToldTimes(plan, partitions);
            told.took(events);
            told.heard(head -> history(topic(head.id())), committed);
            told.pass(reference);
        }
        expectedDead.addAll(reference.failed());
        checkDeadLetters(when, expectedDead);
        for (Node node : plan.nodes()) {
            checkOutput(when, node, reference, isEnd);
            checkState(when, node, reference);
        }
    }

    private long committed(Map<TopicPartition, Long> committed, Place place) {
        return committed.getOrDefault(new TopicPartition(topic(place.head()), place.partition()), 0L);
    }

    private String topic(int head) {
        return PlannedPipeline.input(plan.node(head)).name();
    }

    private TopicHistory history(String topic) {
        return histories.computeIfAbsent(topic, missing -> new TopicHistory(topic, partitions));
    }

    /** The tasks took what was written up to what is committed. */
    private void checkTaken(
            String when,
            Node head,
            List<Event> events,
            Map<TopicPartition, Long> committed,
            boolean isEnd,
            Set<Place> expectedDead) {
        Map<Place, Change> written = new HashMap<>();
        List<Entry> entries = history(topic(head.id())).entries(test);
        order.isWritten(head, entries);
        for (Entry entry : entries) {
            Place place = new Place(head.id(), entry.partition(), entry.offset());
            boolean isTaken = entry.offset() < committed(committed, place);
            if (isEnd && !isTaken) {
                Assertions.fail(when + " the record at " + place + " is not committed");
            }
            if (isTaken && entry.isDamaged()) {
                expectedDead.add(place);
            } else if (isTaken) {
                written.put(place, entry.change());
            }
        }
        Map<Place, Change> seen = new HashMap<>();
        for (Event event : events) {
            if (event.place().head() == head.id()) {
                seen.put(event.place(), new Change(event.key(), null, event.value(), event.timestamp()));
            }
        }
        assertThat(seen).as("%s what was taken by %s", when, head).containsAllEntriesOf(written);
        // What was deleted before it could be read here is known by having been taken.
        seen.forEach((place, change) -> taken.putIfAbsent(
                place,
                new Entry(place.partition(), place.offset(), change.key(), change.after(), change.timestamp(), false)));
    }

    private void checkDeadLetters(String when, Set<Place> expected) {
        if (!plan.policy().isBuried()) {
            return;
        }
        List<Place> found = new ArrayList<>();
        for (TestRecord<?, ?> letter : test.output(PlannedPipeline.DEAD).readAll()) {
            String topic = letter.header(DeadLetterHeaders.TOPIC).orElseThrow();
            Node head = plan.heads().stream()
                    .filter(candidate -> topic(candidate.id()).equals(topic))
                    .findFirst()
                    .orElseThrow();
            found.add(new Place(
                    head.id(),
                    Integer.parseInt(letter.header(DeadLetterHeaders.PARTITION).orElseThrow()),
                    Long.parseLong(letter.header(DeadLetterHeaders.OFFSET).orElseThrow())));
        }
        assertThat(found).as("%s dead letters", when).containsExactlyInAnyOrderElementsOf(expected);
    }

    private void checkOutput(String when, Node node, Reference reference, boolean isEnd) {
        if (node.kind() == Kind.REPARTITION) {
            checkSame(when, node, between(node), all(reference.state().written(node)));
        }
        if (node.kind() == Kind.TO_CHOSEN) {
            List<Change> found = new ArrayList<>();
            PlannedPipeline.chosen(node)
                    .forEach(topic -> found.addAll(changes(history(topic.name()).entries(test))));
            checkSame(when, node, found, all(reference.state().written(node)));
        }
        if (node.kind().isJudgedAtTheEnd() && isEnd) {
            assertThat(latest(history(node.topic()).entries(test)))
                    .as("%s rows of %s", when, node)
                    .isEqualTo(new LastRows(plan, partitions, reference).of(node));
        }
        if (node.hasSink()) {
            List<Entry> entries = history(node.topic()).entries(test);
            if (node.isKeyed() && !node.isTimed()) {
                for (int partition = 0; partition < partitions; partition++) {
                    int number = partition;
                    assertThat(changes(entries.stream()
                                    .filter(entry -> entry.partition() == number)
                                    .toList()))
                            .as("%s what %s wrote to partition %s", when, node, partition)
                            .isEqualTo(without(reference.state().said(node).getOrDefault(partition, List.of())));
                }
            } else {
                checkSame(when, node, changes(entries), all(reference.state().said(node)));
            }
        }
    }

    private List<Change> between(Node repartition) {
        Map<Place, Change> written = new LinkedHashMap<>();
        taken.forEach((place, entry) -> {
            if (place.head() == repartition.id()) {
                written.put(place, entry.change());
            }
        });
        history(topic(repartition.id()))
                .entries()
                .forEach(entry ->
                        written.put(new Place(repartition.id(), entry.partition(), entry.offset()), entry.change()));
        return new ArrayList<>(written.values());
    }

    private static void checkSame(String when, Node node, List<Change> found, List<Change> expected) {
        assertThat(found.stream().sorted(ORDER).toList())
                .as("%s what %s wrote", when, node)
                .isEqualTo(expected.stream().sorted(ORDER).toList());
    }

    private static List<Change> all(Map<Integer, List<Change>> byPartition) {
        List<Change> all = new ArrayList<>();
        byPartition.values().forEach(changes -> all.addAll(without(changes)));
        return all;
    }

    /** What a topic has of a change. */
    private static List<Change> without(List<Change> changes) {
        return changes.stream()
                .map(change -> new Change(change.key(), null, change.after(), change.timestamp()))
                .toList();
    }

    private static List<Change> changes(List<Entry> entries) {
        return entries.stream().map(Entry::change).toList();
    }

    private static Map<String, Long> latest(List<Entry> entries) {
        Map<String, Long> latest = new TreeMap<>();
        entries.forEach(entry -> {
            latest.remove(entry.key());
            if (entry.value() != null) {
                latest.put(entry.key(), entry.value());
            }
        });
        latest.values().removeIf(value -> value == 0);
        return latest;
    }

    private void checkState(String when, Node node, Reference reference) {
        boolean isKept = node.kind() == Kind.PROCESS_VALUES
                || node.kind() == Kind.PROCESS_TIMERS
                || (node.kind().isTable() && node.kind() != Kind.TABLE_FILTER && node.kind() != Kind.TABLE_MAP);
        if (!isKept) {
            return;
        }
        Optional<Map<Object, Object>> found = stateOf(node);
        if (found.isEmpty()) {
            return;
        }
        Map<Object, Object> expected = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            reference.tables().rows(node, partition).forEach((key, row) -> expected.put(key, row.value()));
        }
        assertThat(found.get()).as("%s what %s keeps", when, node).isEqualTo(expected);
    }

    /** Nothing while a partition is on its way from one task to another. */
    private Optional<Map<Object, Object>> stateOf(Node node) {
        try {
            return Optional.of(test.state(node.store()));
        } catch (IllegalStateException e) {
            if (e.getMessage() != null
                    && (e.getMessage().startsWith("No instance has")
                            || e.getMessage().contains("not been started"))) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
