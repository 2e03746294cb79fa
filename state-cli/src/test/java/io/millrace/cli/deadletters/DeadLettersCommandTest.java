package io.millrace.cli.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.Said;
import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersCommandTest {
    private static final String DEAD = "orders.dead-letters";

    @TempDir
    private Path data;

    @BeforeEach
    void twoLettersOfOrdersAndALineOfNoTopic() {
        try (EmbeddedLog log = EmbeddedLog.open(data)) {
            log.admin().createTopic("orders", 2, TopicSettings.defaults());
            log.admin().createTopic("other", 2, TopicSettings.defaults());
            log.admin().createTopic(DEAD, 1, TopicSettings.defaults());
            try (TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("app"))) {
                producer.begin();
                bury(
                        producer,
                        "anna",
                        "minus one",
                        letter("orders", 1, "java.lang.IllegalArgumentException", "negative"));
                bury(
                        producer,
                        "bert",
                        "ten",
                        letter("orders", 0, "java.lang.NumberFormatException", "For input \"ten\""));
                bury(producer, "7", "no order", List.of(Header.ofUtf8(DeadLetterHeaders.ERROR_MESSAGE, "no account")));
                producer.commit();
            }
        }
    }

    private static void bury(TransactionalProducer producer, String key, String value, List<Header> headers) {
        producer.send(new TopicPartition(DEAD, 0), 1_000, BytesView.ofUtf8(key), BytesView.ofUtf8(value), headers);
    }

    private static List<Header> letter(String topic, int partition, String error, String message) {
        return List.of(
                Header.ofUtf8("trace", "t"),
                Header.ofUtf8(DeadLetterHeaders.TOPIC, topic),
                Header.ofUtf8(DeadLetterHeaders.PARTITION, Integer.toString(partition)),
                Header.ofUtf8(DeadLetterHeaders.OFFSET, "5"),
                Header.ofUtf8(DeadLetterHeaders.TIMESTAMP, "900"),
                Header.ofUtf8(DeadLetterHeaders.ERROR_TIMESTAMP, "2000"),
                Header.ofUtf8(DeadLetterHeaders.ERROR_KIND, partition == 0 ? "deserialization" : "processing"),
                Header.ofUtf8(DeadLetterHeaders.ERROR_CLASS, error),
                Header.ofUtf8(DeadLetterHeaders.ERROR_MESSAGE, message),
                Header.ofUtf8(
                        DeadLetterHeaders.ERROR_STACK,
                        error + ": " + message + "\n\tat app.Orders.parse(Orders.java:7)\n"),
                Header.ofUtf8(DeadLetterHeaders.ATTEMPTS, "3"));
    }

    private Said run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("dead-letters"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--data", data.toString()));
        return Said.by(all.toArray(String[]::new));
    }

    @Test
    void topicsThatHoldLettersAreListedBesideTheirOwner() {
        try (EmbeddedLog owner = EmbeddedLog.open(data)) {
            assertThat(owner.logId()).isNotEmpty();
            Said said = run("list", "--json");
            assertThat(said.out())
                    .isEqualTo("{\"topic\":\"" + DEAD + "\",\"open\":3,\"replayed\":0,\"discarded\":0}\n");
        }
    }

    @Test
    void lettersAreListedWithWhatIsKnownOfThem() {
        List<String> lines = run("list", DEAD, "--json").lines();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .isEqualTo("{\"letter\":\"0:0\",\"failed\":2000,\"source\":\"orders\",\"partition\":1,\"offset\":5,"
                        + "\"attempts\":3,\"replays\":0,\"decision\":\"open\","
                        + "\"kind\":\"processing\",\"error\":\"java.lang.IllegalArgumentException: negative\"}");
        assertThat(lines.get(2)).contains("\"source\":null", "\"kind\":null", "\"error\":\"no account\"");
        assertThat(run("list", DEAD).lines().get(2))
                .matches(
                        "0:1 +1970-01-01T00:00:02.000Z +orders +0 +5 +3 +0 +open +deserialization +NumberFormatException: For input \"ten\"");
    }

    @Test
    void filtersSayWhichLetters() {
        assertThat(run("list", DEAD, "--json", "--error", "numberformat").lines())
                .hasSize(1);
        assertThat(run("list", DEAD, "--json", "--source", "orders").lines()).hasSize(2);
        assertThat(run("list", DEAD, "--json", "--kind", "deserialization").lines())
                .singleElement()
                .asString()
                .contains("\"kind\":\"deserialization\"", "ten");
        assertThat(run("list", DEAD, "--kind", "reading").messages()).contains("is not one of deserialization, ");
        assertThat(run("list", DEAD, "--json", "--since", "@2000").lines()).hasSize(2);
        assertThat(run("list", DEAD, "--json", "--until", "@2000").lines()).hasSize(1);
        Said two = run("list", DEAD, "--max", "2");
        assertThat(two.lines()).hasSize(3);
        assertThat(two.messages()).isEqualTo("There are more; --max says how many are listed.\n");
        assertThat(run("list", DEAD, "--max", "3").messages()).isEmpty();
    }

    @Test
    void aLetterIsShownWhole() {
        assertThat(run("show", DEAD, "0:0").out()).isEqualTo("""
                letter     0:0, open
                source     orders-1 @ 5
                timestamp  1970-01-01T00:00:00.900Z
                failed     1970-01-01T00:00:02.000Z, kind: processing, attempts: 3, replays before: 0
                header     trace: t
                key        anna
                value      minus one
                error      java.lang.IllegalArgumentException: negative
                             at app.Orders.parse(Orders.java:7)
                """);
        assertThat(run("show", DEAD, "0:2", "--json", "--key-format", "hex").out())
                .isEqualTo(
                        "{\"letter\":\"0:2\",\"decision\":\"open\",\"timestamp\":1000,\"failed\":1000,\"attempts\":1,"
                                + "\"replays\":0,\"errorClass\":\"\",\"errorMessage\":\"no account\",\"stack\":\"\","
                                + "\"headers\":[],\"key\":\"37\",\"value\":\"no order\"}\n");
        assertThat(run("show", DEAD, "0:0", "--value-format", "int64").messages())
                .isEqualTo(
                        "The value has 9 bytes, and an int64 has 8: choose another format, such as --value-format hex.\n");
    }

    @Test
    void aReplayIsPlannedAskedForAndDoneOnce() {
        Said dry = run("replay", DEAD, "--source", "orders");
        assertThat(dry.status()).isEqualTo(4);
        assertThat(dry.lines().get(1)).matches("orders +2");
        Said done = run("replay", DEAD, "--source", "orders", "--yes");
        assertThat(done.status()).isZero();
        assertThat(done.messages()).isEqualTo("Replayed 2 letters.\n");
        Said again = run("replay", DEAD, "--source", "orders", "--yes");
        assertThat(again.messages()).isEqualTo("No open letter is meant: nothing is to be done.\n");
        assertThat(Said.by("consume", "orders", "--data", data.toString(), "--json")
                        .lines())
                .hasSize(2)
                .allMatch(line -> line.contains("\"timestamp\":900")
                        && line.contains("\"name\":\"millrace.replays\",\"value\":\"1\""));
        assertThat(run("list", DEAD).lines()).hasSize(2);
        assertThat(run("list", DEAD, "--decided", "--json").lines().get(1)).contains("\"decision\":\"replayed\"");
        assertThat(run("list", "--json").out()).contains("\"open\":1,\"replayed\":2");
    }

    @Test
    void aLetterOfNoTopicGoesWhereOneSays() {
        Said refused = run("replay", DEAD, "--all", "--yes");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.messages())
                .isEqualTo("Letter 0:2 of '" + DEAD + "' came from no topic: name one with --to, or discard it\n");
        assertThat(run("replay", DEAD, "0:2", "--to", "other", "-y").messages()).isEqualTo("Replayed 1 letter.\n");
        assertThat(Said.by("consume", "other", "--data", data.toString()).lines())
                .hasSize(1);
    }

    @Test
    void discardedLettersAreListedNoMore() {
        assertThat(run("discard", DEAD, "0:0", "0:1").status()).isEqualTo(4);
        assertThat(run("discard", DEAD, "0:0", "0:1", "--yes").messages())
                .isEqualTo("2 letters would be given up.\nDiscarded 2 letters.\n");
        assertThat(run("list", DEAD, "--error", "negative").messages())
                .isEqualTo("1 letter decided before; --decided shows it.\n");
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        assertThat(run("list", "none").messages()).startsWith("There is no topic none. 'millrace dead-letters list'");
        assertThat(run("show", DEAD, "0:9").messages()).startsWith("Topic " + DEAD + " has no dead letter 0:9. ");
        assertThat(run("show", DEAD, "9").messages()).contains("'9' is no letter: say its partition and offset");
        for (String command : List.of("show", "replay", "discard")) {
            Said unknown = run(command, DEAD, "0:9");
            assertThat(unknown.status()).as(command).isEqualTo(2);
            assertThat(unknown.messages())
                    .isEqualTo("Topic " + DEAD + " has no dead letter 0:9. 'millrace dead-letters list " + DEAD
                            + "' lists those that are there.\n");
            assertThat(run(command, "other", "0:0").messages())
                    .isEqualTo(
                            "Topic other has no dead letter 0:0, and no other one. 'millrace dead-letters list' without a"
                                    + " topic says which hold dead letters.\n");
        }
        assertThat(run("list", "other").messages()).isEqualTo("Topic other holds no dead letters.\n");
        assertThat(run("list", DEAD, "--error", "nothing of it").messages())
                .isEqualTo("No letter of topic " + DEAD + " is meant.\n");
        assertThat(run("replay", DEAD).messages()).startsWith("Say which letters: ");
        assertThat(run("replay", DEAD, "0:1", "--all").messages()).startsWith("Name letters, or say --all.");
        assertThat(run("list", "--error", "x").messages()).startsWith("Name the topic whose letters are meant.");
    }

    @Test
    void aReplayBesideTheOwnerSaysWhoHasTheLog() {
        try (EmbeddedLog owner = EmbeddedLog.open(data)) {
            assertThat(owner.logId()).isNotEmpty();
            assertThat(run("replay", DEAD, "0:0").status()).isEqualTo(4);
            Said refused = run("replay", DEAD, "0:0", "--yes");
            assertThat(refused.status()).isEqualTo(2);
            assertThat(refused.messages()).contains("has the log in");
        }
    }
}
