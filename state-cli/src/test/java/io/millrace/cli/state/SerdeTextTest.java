package io.millrace.cli.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.Serdes;
import io.millrace.state.serde.KryoSerde;
import org.junit.jupiter.api.Test;

class SerdeTextTest {
    record Trade(String isin, long quantity) {}

    record Position(String isin, long quantity) {}

    static class Order {
        long quantity;
    }

    @Test
    void whatIsShortIsShownAsItIs() {
        assertThat(SerdeText.brief(Serdes.string().name())).isEqualTo("utf8");
    }

    @Test
    void ofKryoItsTypeIsShownAndANumberThatTellsRegistrationsApart() {
        assertThat(SerdeText.brief(KryoSerde.of(Trade.class).name())).matches("kryo5 Trade #[0-9a-f]{8}");
        assertThat(SerdeText.brief(KryoSerde.of(Order.class).name())).matches("kryo5 Order #[0-9a-f]{8}");
        assertThat(SerdeText.brief("timestamped<" + KryoSerde.of(Trade.class).name() + ">"))
                .matches("timestamped<kryo5 Trade #[0-9a-f]{8}");
        assertThat(SerdeText.brief(KryoSerde.of(Trade.class, Position.class).name()))
                .isNotEqualTo(SerdeText.brief(KryoSerde.of(Trade.class).name()));
    }

    @Test
    void anotherLongOneIsCut() {
        assertThat(SerdeText.brief("json:" + "com.example.".repeat(10) + "Trade"))
                .matches("json:com\\.example\\..{1,30}… #[0-9a-f]{8}");
    }
}
