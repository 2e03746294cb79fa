package io.millrace.examples.bank.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.command.UnusableException;
import io.millrace.examples.bank.input.OrderCsv;
import io.millrace.platform.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataDirectoryTest {
    private static final String CSV = OrderCsv.HEADER + "\n1,1,OPEN,5,\n";

    @TempDir
    Path temporary;

    @Test
    void theSameRunGoesOnAndAnotherIsRefused() {
        try (DataDirectory directory = DataDirectory.open(temporary.resolve("data"))) {
            assertThat(directory.claim(Map.of("seed", "1", "orders", "5", "partitions", "4")))
                    .isFalse();
        }
        try (DataDirectory directory = DataDirectory.open(temporary.resolve("data"))) {
            assertThat(directory.claim(Map.of("seed", "1", "orders", "5", "partitions", "4")))
                    .isTrue();
            assertThatThrownBy(() -> directory.claim(Map.of("seed", "2", "orders", "5", "partitions", "4")))
                    .isInstanceOf(UnusableException.class)
                    .hasMessageContaining("seed is 1 there and 2 now");
            assertThatThrownBy(() -> directory.claim(Map.of("orders", "5", "partitions", "4")))
                    .isInstanceOf(UnusableException.class)
                    .hasMessageContaining("seed is 1 there and nothing now");
            assertThatThrownBy(() -> directory.claim(new BankInput.File(Path.of("orders.csv"), 5, 7).identity()))
                    .isInstanceOf(UnusableException.class)
                    .hasMessageContaining("its orders are generated there and come from a file now");
        }
    }

    @Test
    void aDirectoryWithOtherThingsInItIsLeftAlone() throws IOException {
        Files.writeString(temporary.resolve("thesis.txt"), "mine");
        assertThatThrownBy(() -> DataDirectory.open(temporary))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("thesis.txt");
        try (Stream<Path> entries = Files.list(temporary)) {
            assertThat(entries).containsExactly(temporary.resolve("thesis.txt"));
        }
    }

    @Test
    void aDirectoryThatCannotBeIsRefused() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "mine");
        assertThatThrownBy(() -> DataDirectory.open(file.resolve("data")))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("cannot be created");
        assertThatThrownBy(() -> DataDirectory.open(Path.of("")))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("--data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "seed=\\u00zz", "\u00ff\u00fe"})
    void aDamagedIdentityIsRefusedWithWhatToDo(String text) throws IOException {
        Files.write(temporary.resolve("bank.properties"), text.getBytes(StandardCharsets.ISO_8859_1));
        try (DataDirectory directory = DataDirectory.open(temporary)) {
            assertThatThrownBy(() -> directory.claim(Map.of("partitions", "4")))
                    .isInstanceOf(UnusableException.class)
                    .hasMessageContaining("it is damaged")
                    .hasMessageContaining("--data");
        }
    }

    @Test
    void aPipeIsKeptAndAFileIsNot() throws IOException, InterruptedException {
        Path pipe = temporary.resolve("pipe");
        Files.writeString(temporary.resolve("orders.csv"), CSV);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThat(InputFiles.isStream(pipe.toString())).isTrue();
        assertThat(InputFiles.isStream("-")).isTrue();
        assertThat(InputFiles.isStream(temporary.resolve("orders.csv").toString()))
                .isFalse();
        assertThat(InputFiles.isStream(temporary.toString())).isFalse();
        assertThat(InputFiles.isStream("nowhere.csv")).isFalse();
    }

    @Test
    void aStreamWithoutAHeaderIsCalledByItsName() {
        assertThatThrownBy(() -> InputFiles.spooled(stream(""), temporary.resolve("input.csv"), "standard input"))
                .isInstanceOf(UnusableException.class)
                .hasMessageStartingWith("Cannot read standard input: ");
    }

    @Test
    void whatIsOpenIsRefused() {
        try (DataDirectory directory = DataDirectory.open(temporary)) {
            assertThatThrownBy(() -> DataDirectory.open(temporary))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.LOCKED))
                    .hasMessageContaining(directory.path().toString());
        }
        DataDirectory.open(temporary).close();
    }

    @Test
    void aTemporaryDirectoryIsRemovedWithEverythingInIt() throws IOException {
        DataDirectory directory = DataDirectory.temporary();
        Files.createDirectories(directory.log().resolve("orders-0"));
        Files.writeString(directory.log().resolve("orders-0/00.log"), "bytes");
        directory.close();
        assertThat(directory.path()).doesNotExist();
    }

    @Test
    void whatKilledRunsLeftIsRemovedAndNothingElse() throws IOException {
        Instant later = Instant.now().plusSeconds(120);
        Leftovers leftovers = new Leftovers("run-", Set.of(".lock", "log", "bank.properties"));
        Path ours = Files.createDirectory(temporary.resolve("run-ours"));
        Path dead = Files.createDirectories(temporary.resolve("run-dead/log")).getParent();
        Path stranger = Files.createDirectories(temporary.resolve("run-stranger/thesis"))
                .getParent();
        Path other = Files.createDirectory(temporary.resolve("walk-dead"));
        Path busy = temporary.resolve("run-busy");
        Path busyLog = Files.createDirectories(temporary.resolve("run-child/log"));
        try (DataDirectory held = DataDirectory.open(busy);
                DataDirectory heldLog = DataDirectory.open(busyLog)) {
            leftovers.removeBeside(ours, Instant.now());
            assertThat(dead).exists();
            leftovers.removeBeside(ours, later);
            assertThat(dead).doesNotExist();
            assertThat(List.of(ours, stranger, other, held.path(), heldLog.path()))
                    .allMatch(Files::exists);
        }
    }

    @Test
    void standardInputIsKeptSoThatItCanBeReadAgain() throws IOException {
        Path spool = temporary.resolve("input.csv");
        BankInput.File first = InputFiles.spooled(stream(CSV), spool, "standard input");
        assertThat(first.size()).isEqualTo(CSV.length());
        assertThat(InputFiles.spooled(stream(CSV), spool, "standard input")).isEqualTo(first);
        assertThat(InputFiles.spooled(stream(""), spool, "standard input")).isEqualTo(first);
        assertThatThrownBy(() -> InputFiles.spooled(stream(CSV + "2,1,DEPOSIT,1,\n"), spool, "standard input"))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("other orders");
        assertThat(Files.readString(spool)).isEqualTo(CSV);
    }

    @Test
    void anInputWithoutAHeaderIsNotKept() {
        Path spool = temporary.resolve("input.csv");
        assertThatThrownBy(() -> InputFiles.spooled(stream("nonsense\n"), spool, "standard input"))
                .isInstanceOf(UnusableException.class);
        assertThat(spool).doesNotExist();
    }

    @Test
    void anotherContentIsAnotherInput() throws IOException {
        Path file = temporary.resolve("orders.csv");
        Files.writeString(file, CSV);
        Map<String, String> before = InputFiles.file(file).identity();
        Files.writeString(file, CSV.replace(",5,", ",6,"));
        assertThat(InputFiles.file(file).identity()).isNotEqualTo(before);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
