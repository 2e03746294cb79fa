package io.millrace.proof.pipelines;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a probe behind each topic saw, in the order of the processing that counted. It is the test's, so it outlives every process.
 *
 * <p>A record is seen again when its transaction was rolled back, and all that came after it in its task with it: the last time that each was seen gives the
 * order in which they were committed, once they are. Of a record that fails, the last time is not when it was passed over but when it threw; what else its
 * task had taken by then may have come again since, so whether it fails is said by the step that throws.
 */
final class Recorder {
    /** @param head the step that reads the topic @param offset of the record there */
    record Place(int head, int partition, long offset) {}

    /**
     * @param watermark of the task, the record included
     * @param isFailed a step has thrown
     */
    record Event(
            Place place,
            @Nullable String key,
            @Nullable Long value,
            long timestamp,
            long watermark,
            boolean isFailed) {}

    private final Map<Place, Event> events = new LinkedHashMap<>();
    /** How many had been seen before each, the last time. */
    private final Map<Place, Integer> sightings = new HashMap<>();

    private final int checkEvery;
    private int seen;
    private @Nullable Event present;
    private @Nullable Runnable check;

    /** @param checkEvery after how many records */
    Recorder(int checkEvery) {
        this.checkEvery = checkEvery;
    }

    /** What is called in the middle of a transaction. */
    void use(Runnable value) {
        check = value;
    }

    void saw(Event event) {
        events.remove(event.place());
        events.put(event.place(), event);
        sightings.put(event.place(), seen);
        present = event;
        seen++;
        if (check != null && seen % checkEvery == 0) {
            check.run();
        }
    }

    /** A step throws for the present record. */
    void fails() {
        Event failing = Objects.requireNonNull(present, "a step throws before any record was seen");
        events.put(
                failing.place(),
                new Event(
                        failing.place(),
                        failing.key(),
                        failing.value(),
                        failing.timestamp(),
                        failing.watermark(),
                        true));
    }

    /** How many, those of transactions that were rolled back included. */
    int seen() {
        return seen;
    }

    /** How many had been seen when this one was seen last. */
    int sighting(Place place) {
        return sightings.get(place);
    }

    List<Event> events() {
        return new ArrayList<>(events.values());
    }
}
