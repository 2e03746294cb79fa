package io.millrace.state.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.CompatibleFieldSerializer;
import com.esotericsoftware.kryo.serializers.EnumNameSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.SerdeException;
import io.millrace.serde.Serdes;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateException;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.StoreSpec;
import io.millrace.state.memory.MemoryBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class KryoSerdeTest {
    record Line(String product, long cents, int count) {}

    record Basket(long customer, ArrayList<Line> lines, byte[] signature) {}

    record Stranger(int number) {}

    enum State {
        OPEN,
        PAID
    }

    /** Constants that all print alike. */
    enum Kind {
        DEBIT,
        CREDIT;

        @Override
        public String toString() {
            return "Kind";
        }
    }

    /** Written by its names, not its ordinals. */
    @DefaultSerializer(EnumNameSerializer.class)
    enum Named {
        FIRST,
        SECOND
    }

    /** Written with the names of its fields before them. */
    @DefaultSerializer(CompatibleFieldSerializer.class)
    static class Tolerant {
        long number;
    }

    /** Not a record: what is written are its fields, those of the superclass last. */
    static class Order extends Numbered {
        static final int MOST_LINES = 10;
        ArrayList<Line> lines;
        State state;
        transient int hash;
    }

    static class Numbered {
        long number;
    }

    record Shelf(Object thing) {}

    @DefaultSerializer(JavaSerializer.class)
    record Dangerous(int number) {}

    private final KryoSerde<Basket> serde = KryoSerde.of(Basket.class, Line.class, ArrayList.class, byte[].class);

    @Test
    void recordsComeBackAsTheyWere() {
        Basket basket = new Basket(7, new ArrayList<>(List.of(new Line("tea", 250, 2))), new byte[] {1, 2});

        Basket back = serde.read(BytesView.of(bytes(basket)));

        assertThat(back).usingRecursiveComparison().isEqualTo(basket);
    }

    @Test
    void aValueIsReadFromTheMiddleOfAnArray() {
        byte[] bytes = bytes(new Basket(7, new ArrayList<>(), new byte[0]));
        byte[] padded = new byte[bytes.length + 10];
        System.arraycopy(bytes, 0, padded, 5, bytes.length);

        Basket back = serde.read(new BytesView().wrap(padded, 5, bytes.length));

        assertThat(back.customer()).isEqualTo(7);
    }

    @Test
    void aClassThatWasNotRegisteredIsRefusedByName() {
        KryoSerde<Shelf> shelf = KryoSerde.of(Shelf.class);

        assertThatThrownBy(() -> shelf.write(new Shelf(new Stranger(1)), new BytesWriter()))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("Stranger")
                .hasMessageContaining("KryoSerde.of");
    }

    @Test
    void javaSerialisationIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KryoSerde.of(Dangerous.class))
                .withMessageContaining("Java serialisation");
    }

    @Test
    void aChangedRegistrationHasAnotherName() {
        assertThat(KryoSerde.of(Line.class, Basket.class).name())
                .isNotEqualTo(KryoSerde.of(Basket.class, Line.class).name());
    }

    @Test
    void theNameSaysWhatKryoWrites() {
        assertThat(KryoSerde.of(Order.class, Line.class, State.class, ArrayList.class)
                        .name())
                .isEqualTo("kryo5: io.millrace.state.serde.KryoSerdeTest$Order"
                        + "{java.util.ArrayList<io.millrace.state.serde.KryoSerdeTest$Line> lines,"
                        + " io.millrace.state.serde.KryoSerdeTest$State state, long number},"
                        + " io.millrace.state.serde.KryoSerdeTest$Line{java.lang.String product, long cents, int count},"
                        + " io.millrace.state.serde.KryoSerdeTest$State{OPEN, PAID}, java.util.ArrayList");
    }

    @Test
    void constantsAreToldApartByTheirNamesWhateverTheyPrint() {
        assertThat(KryoSerde.of(Kind.class).name())
                .isEqualTo("kryo5: io.millrace.state.serde.KryoSerdeTest$Kind{DEBIT, CREDIT}");
    }

    @Test
    void constantsThatAreWrittenInAnotherMannerSayInWhich() {
        assertThat(KryoSerde.of(Named.class).name())
                .isEqualTo("kryo5: io.millrace.state.serde.KryoSerdeTest$Named{FIRST, SECOND}"
                        + " by com.esotericsoftware.kryo.serializers.EnumNameSerializer");
    }

    @Test
    void fieldsThatAreWrittenInAnotherMannerSayInWhich() {
        assertThat(KryoSerde.of(Tolerant.class).name())
                .isEqualTo("kryo5: io.millrace.state.serde.KryoSerdeTest$Tolerant{long number}"
                        + " by com.esotericsoftware.kryo.serializers.CompatibleFieldSerializer");
    }

    @Test
    void aStoreIsRefusedWhenTheRegistrationChanged() {
        MemoryBackend backend = new MemoryBackend("log");
        open(backend, KryoSerde.of(Basket.class, Line.class, ArrayList.class, byte[].class));

        open(backend, KryoSerde.of(Basket.class, Line.class, ArrayList.class, byte[].class));
        assertThatThrownBy(() -> open(backend, KryoSerde.of(Basket.class, ArrayList.class, Line.class, byte[].class)))
                .isInstanceOfSatisfying(
                        StateException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(StateException.Kind.INCOMPATIBLE))
                .hasMessageContaining("the value was kryo5: ")
                .hasMessageContaining("java.util.ArrayList, [B and is kryo5: ");
    }

    @Test
    void severalThreadsUseOneSerde() {
        List<Long> back = LongStream.range(0, 2_000)
                .parallel()
                .mapToObj(
                        number -> new Basket(number, new ArrayList<>(List.of(new Line("tea", number, 1))), new byte[9]))
                .map(basket -> serde.read(BytesView.of(bytes(basket))))
                .map(basket -> basket.customer() - basket.lines().get(0).cents())
                .distinct()
                .toList();

        assertThat(back).containsExactly(0L);
    }

    @Test
    void bytesThatAreLeftOverAreRefused() {
        BytesWriter out = new BytesWriter();
        serde.write(new Basket(7, new ArrayList<>(), new byte[0]), out);
        out.putByte(0);

        assertThatThrownBy(() -> serde.read(BytesView.of(out.toByteArray())))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("left over");
    }

    @Property(tries = 500)
    void foreignBytesEndInASerdeExceptionOrAValue(@ForAll @Size(max = 64) byte[] bytes) {
        KryoSerde<long[]> longs = KryoSerde.of(long[].class);
        try {
            assertThat(longs.read(BytesView.of(bytes)).length).isLessThanOrEqualTo(bytes.length);
        } catch (SerdeException expected) {
            assertThat(expected).hasMessageContaining("bytes");
        }
    }

    private static void open(MemoryBackend backend, KryoSerde<Basket> values) {
        try (StateDatabase database = StateDatabase.open(backend, StateStoreConfig.defaults())) {
            database.partition(0, List.of(StoreSpec.keyValue("baskets", Serdes.int64(), values)));
        }
    }

    private byte[] bytes(Basket basket) {
        BytesWriter out = new BytesWriter();
        serde.write(basket, out);
        return out.toByteArray();
    }
}
