package io.millrace.proof.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.proof.pipelines.Recorder.Event;
import io.millrace.proof.pipelines.Recorder.Place;
import io.millrace.proof.pipelines.TopicHistory.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A task takes its inputs by time and waits for what is committed (ADR 16): when it took a record, none that happened earlier was next in a topic of the
 * test's. What was there by then is known of those topics alone, since nothing runs while the test writes to them. Of a record that failed it is not known
 * when it was passed over, so nothing is asked of a topic where one is next.
 */
final class OrderCheck {
    /** A partition of a source. */
    private record Input(int head, int partition) {}

    private final PipelinePlan plan;
    private final int[] tasks;
    private final Recorder recorder;
    private final Map<Input, List<Entry>> written = new HashMap<>();
    private final Map<Integer, Integer> known = new HashMap<>();
    /** How many records had been seen when this one was found in its topic. */
    private final Map<Place, Integer> seenBefore = new HashMap<>();

    OrderCheck(PipelinePlan plan, Recorder recorder) {
        this.plan = plan;
        this.tasks = plan.tasks();
        this.recorder = recorder;
    }

    /** The topic that a head reads has these records, those of which it is known already first. */
    void isWritten(Node head, List<Entry> entries) {
        if (head.kind() != Kind.SOURCE) {
            return;
        }
        for (Entry entry : entries.subList(known.getOrDefault(head.id(), 0), entries.size())) {
            written.computeIfAbsent(new Input(head.id(), entry.partition()), input -> new ArrayList<>())
                    .add(entry);
            seenBefore.put(new Place(head.id(), entry.partition(), entry.offset()), recorder.seen());
        }
        known.put(head.id(), entries.size());
    }

    /** @param events that are committed, in their order */
    void check(String when, List<Event> events) {
        Set<Place> failed = new HashSet<>();
        events.stream().filter(Event::isFailed).forEach(event -> failed.add(event.place()));
        Map<Input, Integer> next = new HashMap<>();
        for (Event event : events) {
            if (!event.isFailed()) {
                for (Node head : plan.heads()) {
                    checkNoneBefore(when, event, head, next, failed);
                }
                passOver(event.place(), next);
            }
        }
    }

    private void checkNoneBefore(String when, Event event, Node head, Map<Input, Integer> next, Set<Place> failed) {
        Place place = event.place();
        Input input = new Input(head.id(), place.partition());
        List<Entry> entries = written.getOrDefault(input, List.of());
        int index = next.getOrDefault(input, 0);
        if (head.id() == place.head() || tasks[head.id()] != tasks[place.head()] || index == entries.size()) {
            return;
        }
        Entry entry = entries.get(index);
        Place other = new Place(head.id(), entry.partition(), entry.offset());
        if (!entry.isDamaged() && !failed.contains(other) && seenBefore.get(other) <= recorder.sighting(place)) {
            assertThat(entry.timestamp())
                    .as("%s the time of %s, which is taken after %s", when, other, event)
                    .isGreaterThanOrEqualTo(event.timestamp());
        }
    }

    private void passOver(Place place, Map<Input, Integer> next) {
        Input input = new Input(place.head(), place.partition());
        List<Entry> entries = written.getOrDefault(input, List.of());
        int index = next.getOrDefault(input, 0);
        while (index < entries.size() && entries.get(index).offset() <= place.offset()) {
            index++;
        }
        next.put(input, index);
    }
}
