package io.millrace.state.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
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

    /** Money that Kryo does not write by its fields. */
    static final class Money {
        private final long cents;

        Money(long cents) {
            this.cents = cents;
        }
    }

    static final class MoneySerializer extends Serializer<Money> {
        @Override
        public void write(Kryo kryo, Output output, Money money) {
            output.writeLong(money.cents);
        }

        @Override
        public Money read(Kryo kryo, Input input, Class<? extends Money> type) {
            return new Money(input.readLong());
        }
    }

    record Price(Money money, UUID id) {}

    record Shelves(List<String> names, Set<Integer> floors, Map<String, List<Integer>> rows) {}

    static class Box<T, B extends Line> {
        T content;
        B bounded;
        B[] all;
    }

    static final class LineBox extends Box<Line, Line> {}

    enum Shape {
        ROUND {
            @Override
            int corners() {
                return 0;
            }
        };

        abstract int corners();
    }

    sealed interface Figure permits Circle, Square {}

    record Circle(double radius) implements Figure {}

    record Square(double side) implements Figure {}

    static class CancelledOrder extends Order {
        String reason;
    }

    record Drawing(Figure figure, Order order, Figure[] all) {}

    static class Unmakeable {
        final int number;

        Unmakeable(int number) {
            this.number = number;
        }
    }

    static class Secretive {
        int number;

        private Secretive() {}
    }

    abstract static class Outline {
        int width;
    }

    class Inner {
        int number;

        KryoSerde<Basket> outer() {
            return serde;
        }
    }

    static class Knot {
        Object next;
    }

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
                .isEqualTo("kryo5, each value with its class: io.millrace.state.serde.KryoSerdeTest$Order"
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
                .isEqualTo(
                        "kryo5, each value with its class: io.millrace.state.serde.KryoSerdeTest$Tolerant{long number}"
                                + " by com.esotericsoftware.kryo.serializers.CompatibleFieldSerializer");
    }

    @Test
    void aClassIsWrittenByItsOwnSerializerWhichIsAPartOfTheIdentity() {
        KryoSerde<Price> prices = KryoSerde.builder(Price.class)
                .register(Money.class, MoneySerializer::new)
                .register(UUID.class)
                .build();
        UUID id = new UUID(1, 2);

        Price back = roundTrip(prices, new Price(new Money(250), id));

        assertThat(back.money().cents).isEqualTo(250);
        assertThat(back.id()).isEqualTo(id);
        assertThat(prices.name())
                .endsWith(", final io.millrace.state.serde.KryoSerdeTest$Money"
                        + " by io.millrace.state.serde.KryoSerdeTest$MoneySerializer, java.util.UUID");
        KryoSerde<Money> itself =
                KryoSerde.builder(Money.class, MoneySerializer::new).build();
        assertThat(roundTrip(itself, new Money(7)).cents).isEqualTo(7);
    }

    @Test
    void aSerializerWithoutANameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KryoSerde.builder(Money.class, () -> new Serializer<Money>() {
                            @Override
                            public void write(Kryo kryo, Output output, Money money) {}

                            @Override
                            public Money read(Kryo kryo, Input input, Class<? extends Money> type) {
                                return new Money(0);
                            }
                        })
                        .build())
                .withMessageContaining("make it a class with a name");
    }

    @Test
    void aClassThatIsClosedToKryoAsksForASerializer() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KryoSerde.of(Thread.class))
                .withMessageStartingWith("The fields of java.lang.Thread are closed to Kryo")
                .withMessageContaining("register(Thread.class, serializer)");
    }

    @Test
    void immutableCollectionsOfEverySizeComeBack() {
        KryoSerde<Shelves> shelves =
                KryoSerde.builder(Shelves.class).registerImmutableCollections().build();
        for (int size = 0; size < 5; size++) {
            List<Integer> numbers = IntStream.range(0, size).boxed().toList();
            Shelves one = new Shelves(
                    List.copyOf(numbers.stream().map(String::valueOf).toList()),
                    Set.copyOf(numbers),
                    numbers.stream()
                            .collect(Collectors.toUnmodifiableMap(
                                    String::valueOf, number -> numbers.subList(0, number))));
            assertThat(roundTrip(shelves, one)).isEqualTo(one);
        }
        Shelves withNull = new Shelves(Stream.of("a", null).toList(), Set.of(), Map.of());
        assertThat(roundTrip(shelves, withNull)).isEqualTo(withNull);
        assertThat(shelves.name()).endsWith("java.util.List.of, java.util.Set.of, java.util.Map.of");
    }

    @Test
    void aClassIsRegisteredOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KryoSerde.of(Basket.class, Line.class, Line.class))
                .withMessage("io.millrace.state.serde.KryoSerdeTest$Line is registered twice; name it once");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KryoSerde.builder(Basket.class)
                        .register(List.of().getClass())
                        .registerImmutableCollections())
                .withMessageContaining("registered twice");
    }

    @Test
    void aCycleIsToldInALine() {
        Knot knot = new Knot();
        knot.next = knot;
        KryoSerde<Knot> knots = KryoSerde.of(Knot.class);

        assertThatThrownBy(() -> knots.write(knot, new BytesWriter()))
                .isInstanceOf(SerdeException.class)
                .hasMessage(
                        "A io.millrace.state.serde.KryoSerdeTest$Knot cannot be written by Kryo: it contains itself, or"
                                + " objects within each other to a depth that takes too much stack. Break the cycle, by a key in the"
                                + " place of the object for example");
        Knot open = new Knot();
        assertThat(roundTrip(knots, open).next).isNull();
    }

    @Test
    void whatFailsDeepWithinIsToldInFewWords() {
        Knot outermost = new Knot();
        Knot innermost = outermost;
        for (int i = 0; i < 50; i++) {
            Knot next = new Knot();
            innermost.next = next;
            innermost = next;
        }
        innermost.next = new Stranger(1);
        KryoSerde<Knot> knots = KryoSerde.of(Knot.class);

        assertThatThrownBy(() -> knots.write(outermost, new BytesWriter()))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("Stranger")
                .hasMessageContaining("KryoSerde.of")
                .satisfies(failure -> assertThat(failure.getMessage().length()).isLessThan(600));
    }

    @Test
    void whatDecidesWhetherKryoWritesAClassIsAPartOfTheIdentity() {
        assertThat(KryoSerde.of(Box.class).name())
                .endsWith("Box{B[] as io.millrace.state.serde.KryoSerdeTest$Line[] all,"
                        + " B as io.millrace.state.serde.KryoSerdeTest$Line bounded, T content}");
        assertThat(KryoSerde.of(LineBox.class).name())
                .startsWith("kryo5: final io.millrace.state.serde.KryoSerdeTest$LineBox{")
                .endsWith("} extends io.millrace.state.serde.KryoSerdeTest$Box<"
                        + "io.millrace.state.serde.KryoSerdeTest$Line, io.millrace.state.serde.KryoSerdeTest$Line>");
        assertThat(KryoSerde.of(Shape.class).name())
                .isEqualTo("kryo5: open io.millrace.state.serde.KryoSerdeTest$Shape{ROUND}");
    }

    @Test
    void aValueOfASubclassComesBackAsOne() {
        KryoSerde<Figure> figures = KryoSerde.of(Figure.class, Circle.class, Square.class);
        KryoSerde<Order> orders = KryoSerde.of(Order.class, CancelledOrder.class, State.class);
        CancelledOrder cancelled = new CancelledOrder();
        cancelled.number = 7;
        cancelled.reason = "late";

        assertThat(roundTrip(figures, new Circle(2))).isEqualTo(new Circle(2));
        assertThat(roundTrip(figures, new Square(3))).isEqualTo(new Square(3));
        assertThat(roundTrip(orders, cancelled))
                .isExactlyInstanceOf(CancelledOrder.class)
                .usingRecursiveComparison()
                .isEqualTo(cancelled);
        assertThat(roundTrip(orders, new Order())).isExactlyInstanceOf(Order.class);
        assertThat(roundTrip(KryoSerde.of(Number.class), 7L)).isEqualTo(7L);
        Number[] numbers = roundTrip(KryoSerde.of(Number[].class, Integer[].class), new Integer[] {1, null});
        assertThat(numbers).isExactlyInstanceOf(Integer[].class).containsExactly(1, null);
        assertThat(roundTrip(KryoSerde.of(Shape.class), Shape.ROUND)).isEqualTo(Shape.ROUND);
        Object emptyList = roundTrip(
                KryoSerde.builder(List.class)
                        .register(List.of().getClass())
                        .register(Collections.emptyList().getClass())
                        .build(),
                Collections.emptyList());
        assertThat(emptyList).isEqualTo(List.of());
    }

    @Test
    void whatIsWithinAValueComesBackAsOfItsSubclass() {
        KryoSerde<Drawing> drawings = KryoSerde.of(
                Drawing.class,
                Figure.class,
                Figure[].class,
                Circle.class,
                Square.class,
                Order.class,
                CancelledOrder.class,
                State.class);
        CancelledOrder cancelled = new CancelledOrder();
        cancelled.reason = "late";
        Drawing drawing = new Drawing(new Circle(2), cancelled, new Figure[] {new Square(1), new Circle(1)});

        Drawing back = roundTrip(drawings, drawing);

        assertThat(back).usingRecursiveComparison().isEqualTo(drawing);
        assertThat(back.order()).isExactlyInstanceOf(CancelledOrder.class);
    }

    @Test
    void aSubclassThatIsNotRegisteredIsRefusedByName() {
        KryoSerde<Order> orders = KryoSerde.of(Order.class);

        assertThatThrownBy(() -> orders.write(new CancelledOrder(), new BytesWriter()))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining(
                        "Class is not registered: io.millrace.state.serde.KryoSerdeTest$CancelledOrder. Name")
                .hasMessageNotContaining("kryo.register");
    }

    @Test
    void bytesOfAClassThatIsNoneOfTheDeclaredTypeAreRefused() {
        KryoSerde<Figure> figures = KryoSerde.of(Figure.class, Circle.class, Square.class, Order.class, State.class);
        BytesWriter order = new BytesWriter();
        KryoSerde.of(Numbered.class, Circle.class, Square.class, Order.class, State.class)
                .write(new Order(), order);

        assertThatThrownBy(() -> figures.read(BytesView.of(order.toByteArray())))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("a io.millrace.state.serde.KryoSerdeTest$Order is none");
    }

    @Test
    void theIdentitySaysWhetherTheClassOfAValueIsWritten() {
        assertThat(KryoSerde.of(Figure.class, Circle.class).name())
                .startsWith("kryo5, each value with its class: io.millrace.state.serde.KryoSerdeTest$Figure");
        assertThat(KryoSerde.of(Circle.class).name()).startsWith("kryo5: io");
        assertThat(KryoSerde.of(Kind.class).name()).startsWith("kryo5: io");
    }

    @Test
    void whatCouldBeWrittenAndNotReadIsRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KryoSerde.of(Unmakeable.class))
                .withMessageContaining("KryoSerdeTest$Unmakeable and not read it")
                .withMessageContaining("register(Unmakeable.class, serializer)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KryoSerde.of(Basket.class, Unmakeable.class))
                .withMessageContaining("constructor without arguments");
        assertThatIllegalArgumentException().isThrownBy(() -> KryoSerde.of(Inner.class));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KryoSerde.of(
                        Collections.unmodifiableList(new ArrayList<>()).getClass()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KryoSerde.of(List.class, Line.class))
                .withMessageStartingWith("java.util.List is an interface");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KryoSerde.of(Outline.class))
                .withMessageContaining("KryoSerdeTest$Outline is an abstract class");
        Secretive secretive = new Secretive();
        secretive.number = 5;
        assertThat(roundTrip(KryoSerde.of(Secretive.class), secretive).number).isEqualTo(5);
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
                .hasMessageContaining("of the value, the order or number of what it lists is another: it was kryo5: ")
                .hasMessageContaining("java.util.ArrayList, [B and is kryo5: ");
        assertThatThrownBy(() -> open(
                        backend, KryoSerde.of(Basket.class, Line.class, ArrayList.class, byte[].class, Kind.class)))
                .hasMessageContaining(
                        "of the value, nothing became io.millrace.state.serde.KryoSerdeTest$Kind{DEBIT, CREDIT}: it was");
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

    @Property(tries = 500)
    void foreignBytesOfCollectionsEndInASerdeExceptionOrAValue(@ForAll @Size(max = 64) byte[] bytes) {
        KryoSerde<Shelves> shelves =
                KryoSerde.builder(Shelves.class).registerImmutableCollections().build();
        try {
            shelves.read(BytesView.of(bytes));
        } catch (SerdeException expected) {
            assertThat(expected).hasMessageContaining("bytes");
        }
    }

    private static <T> T roundTrip(KryoSerde<T> serde, T value) {
        BytesWriter out = new BytesWriter();
        serde.write(value, out);
        return serde.read(BytesView.of(out.toByteArray()));
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
