package io.millrace.serde;

/** Two values, none of them null; {@link OrderedSerdes#pair} and {@link Serdes#pair} make bytes of them. */
public record Pair<A, B>(A first, B second) {
    public static <A, B> Pair<A, B> of(A first, B second) {
        return new Pair<>(first, second);
    }

    /** For who writes it. @param serde the name of what does */
    void checkWhole(String serde) {
        if (first == null || second == null) {
            throw new NullPointerException(
                    "The " + (first == null ? "first" : "second") + " value of a pair of type " + serde
                            + " is null: a pair with a part that may be missing has an Optional there, and Serdes.optional");
        }
    }
}
