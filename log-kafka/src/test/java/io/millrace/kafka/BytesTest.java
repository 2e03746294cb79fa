package io.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Header;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class BytesTest {
    @Test
    void whatIsReadLiesWhereTheClientHasIt() {
        byte[] fetched = "the answer of a broker".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        ByteBuffer inside = ByteBuffer.wrap(fetched).position(4).limit(10).slice();
        BytesView view = new Bytes.Reader().deserialize("topic", new RecordHeaders(), inside);
        assertThat(view.toUtf8()).isEqualTo("answer");
        assertThat(view.array()).isSameAs(fetched);
        ByteBuffer foreign = ByteBuffer.allocateDirect(2).put(0, (byte) 1).put(1, (byte) 2);
        assertThat(new Bytes.Reader()
                        .deserialize("topic", new RecordHeaders(), foreign)
                        .toByteArray())
                .containsExactly(1, 2);
    }

    @Test
    void aWholeArrayIsWrittenWithoutACopyAndAPartOfOneIsCopied() {
        byte[] array = {1, 2, 3};
        assertThat(Bytes.of(BytesView.of(array))).isSameAs(array);
        assertThat(Bytes.of(BytesView.of(array).slice(1, 2))).containsExactly(2, 3);
        assertThat(Bytes.of(null)).isNull();
    }

    @Test
    void headersKeepTheirOrderTheirNamesAndTheirNulls() {
        List<Header> headers = List.of(Header.ofUtf8("b", "1"), new Header("a", null), Header.ofUtf8("b", ""));
        assertThat(Bytes.ours(new RecordHeaders(Bytes.theirs(headers)))).isEqualTo(headers);
    }
}
