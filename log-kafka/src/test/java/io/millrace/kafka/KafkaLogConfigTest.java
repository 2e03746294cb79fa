package io.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.ProducerConfig;
import io.millrace.log.ProducerConfig.Acks;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaLogConfigTest {
    private static final KafkaLogConfig CONFIG = KafkaLogConfig.of("localhost:9092");

    @Test
    void secretsAreNotShown() {
        Properties properties = new Properties();
        properties.setProperty("sasl.jaas.config", "user=me password=hunter2;");
        KafkaLogConfig config = CONFIG.withProperties(properties);
        assertThat(config.toString()).contains("sasl.jaas.config").doesNotContain("hunter2");
        assertThat(new ClientSettings(config).toString()).doesNotContain("hunter2");
    }

    @Test
    void everyClientGetsWhatItKnowsOfTheProperties() {
        ClientSettings settings = new ClientSettings(CONFIG.withProperties(
                Map.of("security.protocol", "SASL_SSL", "compression.type", "lz4", "fetch.min.bytes", "7")));
        Map<String, Object> consumer = settings.consumer(ConsumerConfig.standalone());
        Map<String, Object> transactional = settings.transactional(TransactionalProducerConfig.of("id"));
        assertThat(settings.admin())
                .containsEntry("security.protocol", "SASL_SSL")
                .doesNotContainKeys("compression.type", "fetch.min.bytes");
        assertThat(consumer)
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("fetch.min.bytes", "7")
                .doesNotContainKey("compression.type");
        assertThat(transactional)
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("compression.type", "lz4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acks",
                "auto.offset.reset",
                "enable.auto.commit",
                "enable.idempotence",
                "group.id",
                "isolation.level",
                "transactional.id"
            })
    void whatMakesItExactlyOnceIsNotAProperty(String name) {
        assertThatThrownBy(() -> CONFIG.withProperties(Map.of(name, "secret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageNotContaining("secret");
    }

    @Test
    void aStaticMemberSpeaksTheClassicProtocolAndAnyOtherTheNewOne() {
        ClientSettings settings = new ClientSettings(CONFIG.withProperties(Map.of("heartbeat.interval.ms", "100")));
        ConsumerConfig member = ConsumerConfig.group("bank").withSessionTimeout(Duration.ofSeconds(9));
        assertThat(settings.consumer(member))
                .containsEntry("group.protocol", "consumer")
                .doesNotContainKeys("session.timeout.ms", "heartbeat.interval.ms");
        assertThat(settings.consumer(member.withInstanceId("one")))
                .containsEntry("group.protocol", "classic")
                .containsEntry("group.instance.id", "one")
                .containsEntry("session.timeout.ms", 9_000)
                .containsEntry("heartbeat.interval.ms", 100);
    }

    @Test
    void aProducerThatWaitsForNothingIsNotIdempotentAndAnyOtherIs() {
        ClientSettings settings = new ClientSettings(CONFIG);
        for (Acks acks : Acks.values()) {
            assertThat(settings.producer(ProducerConfig.defaults().withAcks(acks)))
                    .containsEntry("enable.idempotence", acks != Acks.NONE)
                    .containsEntry("acks", acks == Acks.NONE ? "0" : "all");
        }
        Map<String, Object> impatient = settings.producer(
                ProducerConfig.defaults().withDeliveryTimeout(Duration.ZERO).withLinger(Duration.ofSeconds(1)));
        assertThat((int) impatient.get("delivery.timeout.ms"))
                .isGreaterThanOrEqualTo((int) impatient.get("request.timeout.ms") + (int) impatient.get("linger.ms"));
    }

    @Test
    void aClusterWithOlderTransactionsIsRefusedUnlessThatIsAccepted() {
        assertThatCode(() -> KafkaLog.checkTransactions(CONFIG, 2)).doesNotThrowAnyException();
        for (int version = 0; version < 2; version++) {
            int old = version;
            assertThatThrownBy(() -> KafkaLog.checkTransactions(CONFIG, old))
                    .isInstanceOfSatisfying(
                            LogException.class,
                            refused -> assertThat(refused.disposition()).isEqualTo(Disposition.STOP))
                    .hasMessageContainingAll("transaction.version " + old, "KIP-890", "withRequireStrictTransactions");
            assertThatCode(() -> KafkaLog.checkTransactions(CONFIG.withRequireStrictTransactions(false), old))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void whereNobodyAnswersTheConnectionFailsInTime() {
        // Port 1 is one that nobody has without being root, and that no broker has.
        KafkaLogConfig nobody = KafkaLogConfig.of("127.0.0.1:1").withRequestTimeout(Duration.ofMillis(300));
        assertThatThrownBy(() -> KafkaLog.connect(nobody))
                .isInstanceOfSatisfying(
                        LogException.class,
                        refused -> assertThat(refused.disposition()).isEqualTo(Disposition.RETRY))
                .hasMessageContaining("127.0.0.1:1");
    }

    @Test
    void aPropertyThatIsWrongIsNamedWithoutItsValue() {
        assertThatThrownBy(() -> KafkaLog.connect(CONFIG.withProperties(Map.of("security.protocol", "hunter2"))))
                .isInstanceOfSatisfying(
                        LogException.class,
                        refused -> assertThat(refused.disposition()).isEqualTo(Disposition.STOP))
                .hasMessageContaining("security.protocol")
                .hasMessageNotContaining("hunter2");
    }
}
