package io.millrace.serde;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Properties as text that people can read and machines compare: a line {@code name=value} each, in the order of the names; in values,
 * {@code \} and line feed are written {@code \\} and {@code \n}. Names hold neither {@code =} nor line feed. Pure.
 */
public final class PropertyLines {
    private PropertyLines() {}

    public static String toText(Map<String, String> properties) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(properties)
                .forEach((name, value) -> text.append(name)
                        .append('=')
                        .append(value.replace("\\", "\\\\").replace("\n", "\\n"))
                        .append('\n'));
        return text.toString();
    }

    /** @throws IllegalArgumentException if no properties were ever written so */
    public static SortedMap<String, String> parse(String text) {
        SortedMap<String, String> properties = new TreeMap<>();
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("A property is name=value, got '" + line + "'");
            }
            properties.put(line.substring(0, equals), unescape(line.substring(equals + 1)));
        }
        return properties;
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
}
