package io.millrace.state.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class JsonSerdeTest {
    record Line(String product, long cents, int count) {}

    record Basket(long customer, List<Line> lines, Map<String, Integer> points) {}

    private final JsonSerde<Basket> serde = JsonSerde.of(Basket.class);

    @Test
    void recordsComeBackAsTheyWereAlsoFromTheMiddleOfAnArray() {
        Basket basket = new Basket(7, List.of(new Line("té", 250, 2)), Map.of("a", 1));
        BytesWriter out = new BytesWriter();
        out.putInt(-1);
        serde.write(basket, out);
        out.putInt(-1);

        assertThat(serde.read(new BytesView().wrap(out.array(), 4, out.length() - 8)))
                .isEqualTo(basket);
    }

    @Test
    void equalValuesHaveEqualBytes() {
        Map<String, Integer> one = new LinkedHashMap<>();
        one.put("b", 2);
        one.put("a", 1);
        Map<String, Integer> other = new LinkedHashMap<>();
        other.put("a", 1);
        other.put("b", 2);

        assertThat(json(serde, new Basket(7, List.of(new Line("tea", 250, 2)), one)))
                .isEqualTo(json(serde, new Basket(7, List.of(new Line("tea", 250, 2)), other)))
                .isEqualTo("{\"customer\":7,\"lines\":[{\"cents\":250,\"count\":2,\"product\":\"tea\"}],"
                        + "\"points\":{\"a\":1,\"b\":2}}");
    }

    @Test
    void typesWithParametersAreNamedWhole() {
        JsonSerde<List<Line>> lines = JsonSerde.of(new TypeReference<List<Line>>() {});

        assertThat(read(lines, "[{\"product\":\"tea\",\"cents\":1,\"count\":2}]"))
                .containsExactly(new Line("tea", 1, 2));
        assertThat(lines.name()).isEqualTo("json:java.util.List<io.millrace.state.serde.JsonSerdeTest$Line>");
    }

    @Test
    void whatIsNoSuchValueIsRefused() {
        for (String wrong : List.of(
                "",
                "null",
                "7",
                "{\"cents\":1",
                "{\"cents\":1} {}",
                "{\"cents\":1,\"colour\":\"red\"}",
                "[".repeat(100_000))) {
            assertThatThrownBy(() -> read(JsonSerde.of(Line.class), wrong))
                    .isInstanceOf(SerdeException.class)
                    .hasMessageContaining("JsonSerdeTest$Line");
        }
    }

    @Test
    void aClassMayGetFieldsAndAMapperSaysWhatElseIsAllowed() {
        assertThat(read(JsonSerde.of(Line.class), "{\"product\":\"tea\"}")).isEqualTo(new Line("tea", 0, 0));
        JsonMapper lenient = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        assertThat(read(JsonSerde.of(lenient, Line.class), "{\"cents\":1,\"colour\":\"red\"}"))
                .isEqualTo(new Line(null, 1, 0));
    }

    @Test
    void aValueThatHasNoJsonIsRefused() {
        Object[] cycle = new Object[1];
        cycle[0] = cycle;

        assertThatThrownBy(() -> JsonSerde.of(Object[].class).write(cycle, new BytesWriter()))
                .isInstanceOf(SerdeException.class);
    }

    @Property(tries = 500)
    void foreignBytesEndInASerdeExceptionOrAValue(@ForAll @Size(max = 40) byte[] bytes) {
        try {
            assertThat(serde.read(BytesView.of(bytes))).isNotNull();
        } catch (SerdeException expected) {
            assertThat(expected).hasMessageContaining("Basket");
        }
    }

    private static <T> T read(Serde<T> serde, String json) {
        return serde.read(BytesView.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static <T> String json(Serde<T> serde, T value) {
        BytesWriter out = new BytesWriter();
        serde.write(value, out);
        return out.viewInto(new BytesView()).toUtf8();
    }
}
