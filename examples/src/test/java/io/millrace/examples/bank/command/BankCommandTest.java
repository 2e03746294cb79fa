package io.millrace.examples.bank.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.Millrace;
import io.millrace.examples.bank.input.GeneratorSettings;
import io.millrace.examples.bank.input.OrderCsv;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole command: real files, real transactions, real state. */
class BankCommandTest {
    private static final Path SAMPLE = Path.of("orders-sample.csv");

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aSmallBankPassesItsAudit() throws IOException {
        assertThat(run("bank", "--orders", "20000", "--accounts", "500")).isZero();
        assertThat(out.toString()).contains("The audit passed");
        JsonNode report = report();
        assertThat(report.get("orders").asLong()).isEqualTo(20_000);
        assertThat(report.get("applied").asLong() + report.get("rejected").asLong())
                .isEqualTo(20_000);
        assertThat(report.get("results").asLong())
                .isEqualTo(20_000
                        + report.get("credited").asLong()
                        + report.get("refunded").asLong());
        assertThat(report.get("moneyIn").asLong() - report.get("moneyOut").asLong())
                .isEqualTo(report.get("balances").asLong());
        assertClean(report);
        assertThat(report.has("mismatches")).isFalse();
        assertThat(report.get("kills").asInt()).isZero();
        assertThat(report.get("seconds").asDouble()).isPositive();
        assertThat(report.get("recordsPerSecond").asLong()).isPositive();
    }

    @Test
    void theSampleHasTenThousandLinesOfWhichSomeAreBad() throws IOException {
        assertThat(Files.readAllLines(SAMPLE)).hasSize(10_000);
        assertThat(run("bank", "--input", SAMPLE.toString())).isZero();
        JsonNode report = report();
        assertThat(report.get("orders").asLong()).isEqualTo(9_980);
        assertThat(report.get("deadLetters").asLong()).isEqualTo(18);
        assertClean(report);
    }

    @Test
    void withoutTransfersASequentialProgramAgrees() throws IOException {
        assertThat(run(
                        "bank",
                        "--orders",
                        "20000",
                        "--accounts",
                        "500",
                        "--transfers",
                        "0",
                        "--loops",
                        "3",
                        "--partitions",
                        "5"))
                .isZero();
        assertThat(report().get("mismatches").asLong(-1)).isZero();
    }

    @Test
    void whatIsKilledGoesOnAndComesOutRight() throws IOException {
        assertThat(run("bank", "--orders", "60000", "--accounts", "2000", "--chaos", "2"))
                .isZero();
        JsonNode report = report();
        assertThat(report.get("kills").asInt()).isEqualTo(2);
        assertThat(report.get("orders").asLong()).isEqualTo(60_000);
        assertClean(report);
    }

    @Test
    void keptDataIsGoneOnWithAndOtherOptionsAreRefused() throws IOException {
        String data = directory.resolve("data").toString();
        assertThat(run("bank", "--orders", "3000", "--data", data)).isZero();
        JsonNode first = report();
        assertThat(run("bank", "--orders", "3000", "--data", data, "--loops", "1"))
                .isZero();
        JsonNode second = report();
        assertThat(second.get("applied")).isEqualTo(first.get("applied"));
        assertThat(second.get("recordsPerSecond").asLong()).isZero();
        assertThat(run("bank", "--orders", "3001", "--data", data)).isEqualTo(2);
        assertThat(err.toString()).contains("orders is 3000 there and 3001 now");
    }

    @Test
    void noOrdersAreFine() throws IOException {
        assertThat(run("bank", "--orders", "0")).isZero();
        assertClean(report());
    }

    @Test
    void whatCannotBeUsedIsSaidInALineAndEndsWithTwo() {
        assertUnusable("no such file", "bank", "--input", "nowhere.csv");
        assertUnusable("--transfers", "bank", "--transfers", "101");
        assertUnusable("--loops", "bank", "--loops", "0");
        assertUnusable("--partitions", "bank", "--partitions", "0");
        assertUnusable("--chaos", "bank", "--chaos", "-1");
        assertUnusable("--orders", "bank", "--orders", "many");
        assertUnusable("not one of process-crash, power-loss", "bank", "--durability", "none");
        assertUnusable("--report", "bank", "--report", "/no/such/directory/r.json");
        assertUnusable("--orders", "bank", "--ordres", "5");
        assertUnusable("--report", "bank", "--report", "");
        assertUnusable("is a directory", "bank", "--report", directory.toString());
        assertUnusable("'many' is not a number", "bank", "--orders", "many");
        assertUnusable("'9999999999' is not between", "bank", "--loops", "9999999999");
        assertUnusable("--input names no file", "bank", "--input", "");
        assertUnusable("--data", "bank", "--data", "");
        assertUnusable("millrace bank", new String[0]);
    }

    @Test
    void aFileAndOptionsOfTheGeneratorExcludeEachOther() {
        for (String option : List.of("--orders", "--accounts", "--seed", "--transfers")) {
            assertUnusable("--input and " + option, "bank", "--input", SAMPLE.toString(), option, "7");
        }
        assertUnusable("is a TRANSFER", "bank", "--input", SAMPLE.toString(), "--transfers", "0");
    }

    @Test
    void aRefusedRunLeavesNothingBehind() {
        Path data = directory.resolve("data");
        assertUnusable("no such file", "bank", "--input", "nowhere.csv", "--data", data.toString());
        assertThat(data).doesNotExist();
    }

    @Test
    void theReportCanGoToStandardOutput() throws IOException {
        assertThat(execute("bank", "--orders", "100", "--report", "-")).isZero();
        assertThat(new ObjectMapper().readTree(out.toString()).get("orders").asLong())
                .isEqualTo(100);
    }

    @Test
    void aTableThatCannotBeWrittenIsAFailure() {
        CommandLine command = Millrace.commandLine();
        command.setOut(new PrintWriter(new Writer() {
            @Override
            public void write(char[] text, int offset, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        }));
        assertThat(command.execute("bank", "--orders", "100")).isEqualTo(1);
    }

    @Test
    void helpNamesEveryStatusAndGenerateSaysNothingOfTheComparison() {
        assertThat(execute("bank", "--help")).isZero();
        assertThat(out.toString()).contains("130, 143").contains("sequential");
        out.getBuffer().setLength(0);
        assertThat(execute("bank", "generate", "--help")).isZero();
        assertThat(out.toString()).contains("--transfers").doesNotContain("sequential");
    }

    @Test
    void generatedCsvIsTheSameBytesForTheSameSeed() throws IOException {
        GeneratorSettings settings = new GeneratorSettings(5_000, 100, 20, 6);
        byte[] first = csv(settings);
        assertThat(csv(settings)).isEqualTo(first);
        assertThat(new String(first, StandardCharsets.UTF_8)).startsWith(OrderCsv.HEADER + "\n1,1,OPEN,");
        assertThat(csv(new GeneratorSettings(5_000, 100, 20, 7))).isNotEqualTo(first);
    }

    @Test
    void ordersFromCsvAndFromTheGeneratorEndTheSame() throws IOException {
        Path file = Files.write(directory.resolve("orders.csv"), csv(new GeneratorSettings(4_000, 100, 0, 6)));
        assertThat(run("bank", "--orders", "4000", "--accounts", "100", "--transfers", "0", "--seed", "6"))
                .isZero();
        JsonNode generated = report();
        assertThat(run("bank", "--input", file.toString())).isZero();
        JsonNode read = report();
        for (String key : List.of("orders", "applied", "rejectedByReason", "balances", "moneyIn", "mismatches")) {
            assertThat(read.get(key)).as(key).isEqualTo(generated.get(key));
        }
    }

    private static void assertClean(JsonNode report) {
        assertThat(report.get("conserved").asBoolean()).isTrue();
        for (String key : List.of("duplicates", "missing", "outOfOrder", "creditsInFlight", "balanceErrors")) {
            assertThat(report.get(key).asLong(-1)).as(key).isZero();
        }
    }

    private void assertUnusable(String message, String... arguments) {
        err.getBuffer().setLength(0);
        assertThat(execute(arguments)).isEqualTo(2);
        assertThat(err.toString()).contains(message).doesNotContain("\tat ");
        assertThat(err.toString().lines().count()).isLessThan(5);
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--report");
        all.add(directory.resolve("report.json").toString());
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        CommandLine command = Millrace.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper().readTree(directory.resolve("report.json").toFile());
    }

    private static byte[] csv(GeneratorSettings settings) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        GenerateCommand.write(settings, bytes);
        return bytes.toByteArray();
    }
}
