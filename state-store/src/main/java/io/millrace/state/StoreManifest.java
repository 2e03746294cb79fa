package io.millrace.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the bytes of a store are: its kind, the version of the kind's format, and by name whatever else decides what they mean, such as the
 * identities of serdes. Kept in the backend as text, a line {@code name=value} each, in the order of the names; in values, {@code \} and
 * line feed are written {@code \\} and {@code \n}.
 */
public record StoreManifest(Map<String, String> properties) {
    private static final String KIND = "kind";
    private static final String FORMAT = "format";

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

    /** What {@code other} says otherwise, a sentence each: {@code the value was int64 and is utf8}. */
    public List<String> differences(StoreManifest other) {
        Map<String, String> names = new TreeMap<>(properties);
        names.putAll(other.properties);
        List<String> differences = new ArrayList<>();
        for (String name : names.keySet()) {
            String before = properties.get(name);
            String after = other.properties.get(name);
            if (before == null || !before.equals(after)) {
                differences.add("the " + name + " was " + orNothing(before) + " and is " + orNothing(after));
            }
        }
        return differences;
    }

    public String toText() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(properties)
                .forEach((name, value) -> text.append(name)
                        .append('=')
                        .append(value.replace("\\", "\\\\").replace("\n", "\\n"))
                        .append('\n'));
        return text.toString();
    }

    /** @throws IllegalArgumentException if no manifest was ever written so */
    public static StoreManifest parse(String text) {
        Map<String, String> properties = new TreeMap<>();
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("A line of a store's manifest is name=value, got '" + line + "'");
            }
            properties.put(line.substring(0, equals), unescape(line.substring(equals + 1)));
        }
        return new StoreManifest(properties);
    }

    private static String unescape(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char next = value.charAt(i);
            if (next == '\\' && i + 1 < value.length()) {
                i++;
                text.append(value.charAt(i) == 'n' ? '\n' : value.charAt(i));
            } else {
                text.append(next);
            }
        }
        return text.toString();
    }

    private static String orNothing(@Nullable String value) {
        return value == null ? "nothing" : value;
    }
}
