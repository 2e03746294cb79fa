package io.millrace.serde;

/** Two values, none of them null; {@link OrderedSerdes#pair} and {@link Serdes#pair} make bytes of them. */
public record Pair<A, B>(A first, B second) {
    public static <A, B> Pair<A, B> of(A first, B second) {
        return new Pair<>(first, second);
    }
}
