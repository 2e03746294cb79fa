package io.millrace.examples.fraud;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.RecordSource;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.examples.fraud.FraudAlerts.Alert;
import io.millrace.examples.fraud.FraudAlerts.Payment;
import io.millrace.examples.local.Example;
import io.millrace.examples.local.KilledProcess;
import io.millrace.examples.local.StandingStill;
import io.millrace.platform.sim.CrashMode;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as its command runs it, killed on the way, and its pipeline where it dies. */
class FraudAlertsTest {
    private static final Instant NINE = Instant.parse("2026-01-05T09:00:00Z");

    @TempDir
    Path directory;

    private Example example = new Example("fraud-alerts", Path.of(""));

    @BeforeEach
    void nameTheDirectory() {
        example = new Example("fraud-alerts", directory.resolve("data"));
    }

    /** The process that is killed. */
    static final class Program {
        public static void main(String[] arguments) {
            FraudAlerts.run(
                    Path.of(arguments[0]),
                    "generated",
                    () -> new StandingStill<>(RecordSource.of(FraudAlerts.generated()), Long.parseLong(arguments[1])),
                    line -> {});
        }
    }

    @Test
    void alertsAreThoseOfAPlainSearchAlthoughTheProcessIsKilled() throws Exception {
        for (long stillAt : List.of(1L, 290L, 530L, 999L)) {
            KilledProcess.run(Program.class, directory.resolve("data"), stillAt);
        }
        List<String> expected = AlertSearch.lines(FraudAlerts.generated());
        assertThat(expected).hasSizeGreaterThan(5);
        assertThat(example.run()).as(example.messages()).isZero();
        assertThat(example.lines()).isEqualTo(expected);
        // Nothing is new, so nothing changes.
        assertThat(example.run()).isZero();
        assertThat(example.lines()).isEqualTo(expected);
    }

    @Test
    void aCardIsToldOnceADayForTwoCountries() throws Exception {
        Path file = csv(
                "4711,FR,12.50,2026-01-05T09:00:00Z",
                "4711,FR,8.00,2026-01-05T09:10:00Z", // at home
                "4711,BR,900,2026-01-05T09:40:00Z",
                "4711,FR,3,2026-01-05T09:50:00Z", // known
                "4712,BR,1,2026-01-05T09:50:00Z", // another card
                "4711,CA,7,2026-01-05T10:50:00Z", // an hour after the last one in FR
                "4711,CA,7,2026-01-05T10:50:00.001Z",
                "4711,DE,7,2026-01-05T11:50:00.002Z"); // a moment too late for both
        assertThat(example.run("--payments", file.toString()))
                .as(example.messages())
                .isZero();
        assertThat(example.lines())
                .containsExactly(
                        "2026-01-05T09:40:00Z  4711 pays 900.00 in BR, 40 minutes after 12.50 in FR",
                        "2026-01-05T10:50:00Z  4711 pays 7.00 in CA, 60 minutes after 3.00 in FR");
        Files.writeString(file, Files.readString(file) + "4711,AT,5,2026-01-05T12:00:00Z\n");
        assertThat(example.run("--payments", file.toString())).isZero();
        assertThat(example.lines())
                .hasSize(3)
                .last()
                .isEqualTo("2026-01-05T12:00:00Z  4711 pays 5.00 in AT, 9 minutes after 7.00 in DE");
    }

    @Test
    void whatIsNoPaymentIsRefusedWithItsLine() throws Exception {
        Path file = csv("4711,FR,much,2026-01-05T09:00:00Z");
        assertThat(example.run("--payments", file.toString())).isEqualTo(2);
        assertThat(example.messages()).contains("payments.csv, line 2: ");
    }

    @Test
    void anAlertIsToldOnceWhereverTheProcessDies() {
        Payment home = payment("FR", 0);
        Payment abroad = payment("BR", 10);
        Payment before = payment("CA", 5); // comes later than it was made
        List<Payment> payments = List.of(home, abroad, before, payment("FR", 20));
        int deaths = 1;
        for (long call = 0; deaths > 0; call += 3) {
            try (PipelineTest test =
                    PipelineTest.of(FraudAlerts.pipeline("payments", () -> RecordSource.of(payments)))) {
                test.crashAfter(call, CrashMode.PROCESS);
                test.run();
                assertThat(test.output(FraudAlerts.ALERTS).readValues())
                        .as("after a crash in storage call %d", call)
                        .containsExactlyInAnyOrder(
                                new Alert(home, abroad), new Alert(home, before), new Alert(before, abroad));
                deaths = test.restarts();
            }
        }
    }

    private static Payment payment(String country, int minute) {
        return new Payment("4711", country, new BigDecimal("12.50"), NINE.plusSeconds(minute * 60L));
    }

    private Path csv(String... lines) throws Exception {
        return Files.writeString(
                directory.resolve("payments.csv"), FraudAlerts.HEADER + "\n" + String.join("\n", lines) + "\n");
    }
}
