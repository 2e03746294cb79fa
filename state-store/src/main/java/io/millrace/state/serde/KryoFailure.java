package io.millrace.state.serde;

import java.util.List;

/** What Kryo's errors say, in few words: it tells of each object on the way to where it failed. Stateless. */
final class KryoFailure {
    /** The innermost places of the way. */
    private static final int MOST_LINES = 4;

    private KryoFailure() {}

    /** Of what could not be written, with what to do. */
    static String reason(RuntimeException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.startsWith("Max depth exceeded") || message.startsWith("A StackOverflow occurred")) {
            return "it contains itself, or objects within each other to a depth that takes too much stack. Break the cycle, by a key in the place"
                    + " of the object for example";
        }
        return brief(failure)
                + ". Name every class that a value is of or has within it in KryoSerde.of(type, classes...)";
    }

    /** What went wrong, and where the innermost. */
    static String brief(RuntimeException failure) {
        List<String> lines = String.valueOf(failure.getMessage())
                .lines()
                // Kryo's own advice is of a call that users of a serde do not make.
                .filter(line -> !line.isBlank() && !line.startsWith("Note: To register this class"))
                .toList();
        String some = String.join("; ", lines.subList(0, Math.min(MOST_LINES, lines.size())));
        return lines.size() > MOST_LINES ? some + "; …" : some;
    }
}
