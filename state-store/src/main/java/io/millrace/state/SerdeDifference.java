package io.millrace.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What differs between two identities of serdes that are lists, as Kryo's are: {@code A{int x}, B, java.util.List<C, D>}. Pure. */
final class SerdeDifference {
    private static final int SHORT_CHARACTERS = 60;

    private SerdeDifference() {}

    /** Empty if both are short, or one is not there. */
    static Optional<String> brief(@Nullable String before, @Nullable String after) {
        if (before == null || after == null || Math.max(before.length(), after.length()) <= SHORT_CHARACTERS) {
            return Optional.empty();
        }
        List<String> gone = entries(before);
        List<String> come = entries(after);
        List<String> former = List.copyOf(gone);
        gone.removeAll(come);
        come.removeAll(former);
        if (gone.isEmpty() && come.isEmpty()) {
            return Optional.of("the order or number of what it lists is another");
        }
        return Optional.of((gone.isEmpty() ? "nothing" : String.join(", ", gone)) + " became "
                + (come.isEmpty() ? "nothing" : String.join(", ", come)));
    }

    /** What commas divide that are in no brackets. */
    private static List<String> entries(String identity) {
        List<String> entries = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < identity.length(); i++) {
            char next = identity.charAt(i);
            if (next == '{' || next == '<') {
                depth++;
            } else if (next == '}' || next == '>') {
                depth--;
            } else if (next == ',' && depth == 0) {
                entries.add(identity.substring(start, i).strip());
                start = i + 1;
            }
        }
        entries.add(identity.substring(start).strip());
        return entries;
    }
}
