package io.millrace.dsl;

import io.millrace.state.StoreSpec;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads all topics whose names match.
 *
 * @param application whose own topics never match
 * @param unmatched further topics that never do: what the pipeline writes
 */
public record PatternSource(
        int id,
        TopicPattern<?, ?> pattern,
        String application,
        Set<String> unmatched,
        ErrorPolicies errorPolicies,
        EventTimes times)
        implements Step {
    private static final String INTERNAL = "__";
    /** Of changelogs, repartition topics, positions of sources, and the topology: with the application's name before. */
    private static final String OWN = "-(?:.*-changelog|.*-repartition|ingest-positions|topology)";

    public PatternSource {
        unmatched = Set.copyOf(unmatched);
    }

    PatternSource(int id, TopicPattern<?, ?> pattern, String application) {
        this(id, pattern, application, Set.of(), ErrorPolicies.STOP, EventTimes.OF_RECORD);
    }

    PatternSource with(ErrorPolicies policies) {
        return new PatternSource(id, pattern, application, unmatched, policies, times);
    }

    /** @param written topics that the pipeline writes */
    PatternSource without(Set<String> written) {
        return new PatternSource(id, pattern, application, written, errorPolicies, times);
    }

    PatternSource with(EventTimes newTimes) {
        return new PatternSource(id, pattern, application, unmatched, errorPolicies, newTimes);
    }

    boolean isOfRecord() {
        return times.isOfRecord();
    }

    /** True if a topic of this name is read. */
    public boolean matches(String topic) {
        return Pattern.matches(expression(), topic);
    }

    /** The names that match, as a regular expression without capturing groups of its own. */
    public String expression() {
        StringBuilder never = new StringBuilder(INTERNAL + ".*|" + Pattern.quote(application) + OWN);
        unmatched.stream().sorted().forEach(topic -> never.append('|').append(Pattern.quote(topic)));
        return "(?!(?:" + never + ")$)(?:" + pattern.regex() + ")";
    }

    /** The same for one of the topics. */
    public Step.Source of(String topic) {
        return new Step.Source(id, pattern.topic(topic), errorPolicies, times);
    }

    @Override
    public List<Integer> inputs() {
        return List.of();
    }

    @Override
    public List<Topic<?, ?>> deadLetters() {
        return errorPolicies.deadLetters();
    }

    @Override
    public List<StoreSpec<?>> stores() {
        return times.stores();
    }

    /** How far its partitions have come is of no key. */
    @Override
    public boolean meetsByKey() {
        return false;
    }

    @Override
    public boolean mayEnd() {
        return false;
    }

    @Override
    public String label() {
        return "read topics " + pattern.regex();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.pattern(this);
    }
}
