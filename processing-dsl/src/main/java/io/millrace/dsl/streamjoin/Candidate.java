package io.millrace.dsl.streamjoin;

/**
 * A record that may still meet another one.
 *
 * @param isMatched whether it has met one, so that it is not told of alone
 */
public record Candidate(Object value, boolean isMatched) {
    public Candidate matched() {
        return new Candidate(value, true);
    }
}
