package io.millrace.state;

import io.millrace.serde.PropertyLines;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the bytes of a store are: its kind, the version of the kind's format, and by name whatever else decides what they mean, such as the
 * identities of serdes. Kept in the backend as text ({@link PropertyLines}).
 */
public record StoreManifest(Map<String, String> properties) {
    private static final String KIND = "kind";
    private static final String FORMAT = "format";
    private static final String SOURCE = "source";

    public StoreManifest {
        properties = Map.copyOf(properties);
    }

    public static StoreManifest of(String kind, int format) {
        return new StoreManifest(Map.of(KIND, kind, FORMAT, Integer.toString(format)));
    }

    public StoreManifest with(String name, String value) {
        Map<String, String> more = new TreeMap<>(properties);
        more.put(name, value);
        return new StoreManifest(more);
    }

    /** What feeds the store, where that is not its application ({@link StateDatabase#follow}): pinned beside what it declares, and no part of it. */
    public Optional<String> source() {
        return Optional.ofNullable(properties.get(SOURCE));
    }

    StoreManifest withSource(String source) {
        return with(SOURCE, source);
    }

    StoreManifest withoutSource() {
        Map<String, String> fewer = new TreeMap<>(properties);
        fewer.remove(SOURCE);
        return new StoreManifest(fewer);
    }

    /** The kind of store, empty if that is not said. */
    public String kind() {
        return properties.getOrDefault(KIND, "");
    }

    /** The version of the kind's format, empty if that is not said. */
    public String format() {
        return properties.getOrDefault(FORMAT, "");
    }

    /** What {@code other} says otherwise, a sentence each: {@code the value was int64 and is utf8}. Of long lists it begins with what differs. */
    public List<String> differences(StoreManifest other) {
        Map<String, String> names = new TreeMap<>(properties);
        names.putAll(other.properties);
        List<String> differences = new ArrayList<>();
        for (String name : names.keySet()) {
            String before = properties.get(name);
            String after = other.properties.get(name);
            if (before == null || !before.equals(after)) {
                differences.add(SerdeDifference.brief(before, after)
                                .map(brief -> "of the " + name + ", " + brief + ": it was ")
                                .orElse("the " + name + " was ")
                        + orNothing(before) + " and is " + orNothing(after));
            }
        }
        return differences;
    }

    public String toText() {
        return PropertyLines.toText(properties);
    }

    /** @throws IllegalArgumentException if no manifest was ever written so */
    public static StoreManifest parse(String text) {
        return new StoreManifest(PropertyLines.parse(text));
    }

    private static String orNothing(@Nullable String value) {
        return value == null ? "nothing" : value;
    }
}
