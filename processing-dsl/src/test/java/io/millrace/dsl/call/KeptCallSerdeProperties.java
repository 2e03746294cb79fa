package io.millrace.dsl.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import io.millrace.serde.Serdes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class KeptCallSerdeProperties {
    @SuppressWarnings("unchecked") // the keys and values here are strings
    private static final Serde<Object> TEXT = (Serde<Object>) (Serde<?>) Serdes.string();

    private static final KeptCallSerde SERDE = new KeptCallSerde(TEXT, TEXT);

    private static Arbitrary<String> texts() {
        return Arbitraries.strings()
                .all()
                .ofMaxLength(5)
                .map(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }

    private static Arbitrary<BytesView> bytes() {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMaxSize(5)
                .map(BytesView::of)
                .injectNull(0.2);
    }

    private static Arbitrary<List<Header>> headers() {
        return Combinators.combine(texts(), bytes()).as(Header::new).list().ofMaxSize(2);
    }

    @Provide
    Arbitrary<KeptCall> calls() {
        Arbitrary<Long> numbers = Arbitraries.longs();
        Arbitrary<CallOrigin.Place> places = Combinators.combine(
                        texts(),
                        Arbitraries.integers().greaterOrEqual(0),
                        numbers,
                        numbers,
                        headers(),
                        bytes(),
                        bytes())
                .as((topic, partition, offset, time, headers, key, value) -> new CallOrigin.Place(
                        new TopicPartition("t" + topic, partition), offset, time, headers, key, value));
        Arbitrary<CallOrigin> origins = Combinators.combine(
                        places.injectNull(0.3), numbers, headers(), numbers, texts())
                .as(CallOrigin::new);
        return Combinators.combine(origins, texts().injectNull(0.3), texts().injectNull(0.3))
                .as(KeptCall::new);
    }

    private static byte[] written(KeptCall call) {
        BytesWriter out = new BytesWriter();
        SERDE.write(call, out);
        return out.toByteArray();
    }

    @Property
    void whatWasWrittenIsReadAgain(@ForAll("calls") KeptCall call) {
        assertThat(SERDE.read(BytesView.of(written(call)))).isEqualTo(call);
    }

    @Property
    void whatIsDamagedIsReadAsOtherBytesOrRefused(
            @ForAll("calls") KeptCall call, @ForAll int where, @ForAll byte what, @ForAll boolean isCut) {
        byte[] bytes = written(call);
        int at = Math.floorMod(where, bytes.length);
        byte[] damaged = isCut ? Arrays.copyOf(bytes, at) : bytes;
        if (!isCut) {
            damaged[at] = what;
        }
        Throwable thrown = catchThrowable(() -> SERDE.read(BytesView.of(damaged)));
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(SerdeException.class);
        }
        if (isCut) {
            assertThat(thrown).isNotNull();
        }
    }
}
