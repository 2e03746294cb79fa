package io.millrace.dsl;

import io.millrace.dsl.streamjoin.Candidate;
import io.millrace.dsl.streamjoin.CandidateSerde;
import io.millrace.dsl.streamjoin.UnmatchedSerde;
import io.millrace.serde.Serde;
import io.millrace.state.time.RecordBufferSpec;
import io.millrace.state.time.TimerSpec;
import java.util.Optional;

/** Writes the step of a join of two streams. */
record StreamJoin(String name, JoinKind kind, JoinWindows windows) {
    /** Behind the name of the store of records that have met none; of what stands there, the longest. */
    private static final String UNMATCHED = "-unmatched";

    StreamJoin {
        Names.ofStores("join", name, UNMATCHED);
        Erased.given("window of a join", windows);
    }

    <K, V1, V2, R> JoinedStream<K, V1, V2, R> of(
            JoinableStream<K, V1> left, JoinableStream<K, V2> right, Joiner<?, ?, ?, ?> joiner) {
        left.builder.requireSame(Erased.given("stream", right).builder);
        Serde<K> keySerde = left.types.keySerde() == null
                ? right.types.needKeySerde(right, kind.label())
                : left.types.needKeySerde(left, kind.label());
        JoinStep.Stores stores = stores(
                left.step == right.step,
                Erased.serde(keySerde),
                Erased.serde(left.types.needValueSerde(left, kind.label())),
                Erased.serde(right.types.needValueSerde(right, kind.label())));
        int id = left.builder.add(next -> new JoinStep.OfStreams(
                next, left.step, right.step, kind, windows, Erased.joiner(joiner), name, stores));
        boolean isRekeyed = left.types.isRekeyed() || right.types.isRekeyed();
        return new JoinedStream<>(
                left.builder, id, new StreamTypes<>(keySerde, null, isRekeyed), left.types, right.types);
    }

    private JoinStep.Stores stores(
            boolean isSelf, Serde<Object> keySerde, Serde<Object> leftSerde, Serde<Object> rightSerde) {
        long leftMillis = windows.leftOpenMillis();
        long rightMillis = windows.rightOpenMillis();
        if (isSelf && kind == JoinKind.INNER) {
            RecordBufferSpec<Object, Candidate> both =
                    buffer("-records", keySerde, leftSerde, Math.max(leftMillis, rightMillis));
            return new JoinStep.Stores(both, both, Optional.empty());
        }
        return new JoinStep.Stores(
                buffer("-left", keySerde, leftSerde, leftMillis),
                buffer("-right", keySerde, rightSerde, rightMillis),
                kind == JoinKind.INNER
                        ? Optional.empty()
                        : Optional.of(TimerSpec.eventTime(name + UNMATCHED, new UnmatchedSerde(keySerde))));
    }

    private RecordBufferSpec<Object, Candidate> buffer(
            String suffix, Serde<Object> keySerde, Serde<Object> valueSerde, long openMillis) {
        long spanMillis = windows.before().plus(windows.after()).toMillis();
        return new RecordBufferSpec<>(name + suffix, keySerde, new CandidateSerde(valueSerde), openMillis, spanMillis);
    }
}
