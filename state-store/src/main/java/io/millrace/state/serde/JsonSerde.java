package io.millrace.state.serde;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import java.io.IOException;

/**
 * Values as JSON, by Jackson, which the application has to bring ({@code jackson-databind}). Readable, larger and slower than {@link KryoSerde},
 * and a class may get fields: what the JSON does not have, or has as null, is null, 0 or false then.
 *
 * <p>Properties and the keys of maps are written in the order of their names, so that equal values have equal bytes; sets are not, and have no
 * place in a key. JSON with properties that the class does not have, or with something behind the value, is refused.
 *
 * <p>Times ({@code Instant}, {@code LocalDate}) and {@code Optional} within a value need a module of Jackson's, which the plain {@link #of(Class)}
 * does not have: without it the first value with one is refused. Bring {@code jackson-datatype-jsr310} or {@code jackson-datatype-jdk8} and give
 * {@link #of(ObjectMapper, Class)} a mapper that has it: {@code JsonMapper.builder().addModule(new JavaTimeModule())}.
 *
 * <p>Safe for use by several threads.
 */
public final class JsonSerde<T> implements Serde<T> {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JavaType type;
    private final ObjectWriter writer;
    private final ObjectReader reader;

    private JsonSerde(ObjectMapper mapper, JavaType type) {
        this.type = type;
        this.writer = mapper.writerFor(type);
        this.reader = mapper.readerFor(type);
    }

    public static <T> JsonSerde<T> of(Class<T> type) {
        return of(MAPPER, type);
    }

    /** @param type of a value with type parameters: {@code new TypeReference<List<Order>>() {}} */
    public static <T> JsonSerde<T> of(TypeReference<T> type) {
        return of(MAPPER, type);
    }

    /**
     * @param mapper with what the values need: a module for times, other names. It must write equal values alike, and must not name classes
     *     in the JSON, by which bytes could choose the code that reads them
     */
    public static <T> JsonSerde<T> of(ObjectMapper mapper, Class<T> type) {
        return new JsonSerde<>(mapper, mapper.constructType(type));
    }

    /** As both above. */
    public static <T> JsonSerde<T> of(ObjectMapper mapper, TypeReference<T> type) {
        return new JsonSerde<>(mapper, mapper.constructType(type));
    }

    @Override
    public void write(T value, BytesWriter out) {
        try {
            out.putBytes(writer.writeValueAsBytes(value));
        } catch (IOException e) {
            throw new SerdeException(
                    "A " + value.getClass().getName() + " cannot be written as JSON: " + e.getMessage(), e);
        }
    }

    @Override
    public T read(BytesView in) {
        T value;
        try {
            value = reader.readValue(in.array(), in.arrayOffset(), in.length());
        } catch (IOException e) {
            throw new SerdeException(in.length() + " bytes are not a " + name() + ": " + e.getMessage(), e);
        }
        if (value == null) {
            throw new SerdeException("The JSON is null, which no " + name() + " was ever written as");
        }
        return value;
    }

    /** Its type: a class may get fields and still be read, so its fields are no part of it. */
    @Override
    public String name() {
        return "json:" + type.toCanonical();
    }
}
