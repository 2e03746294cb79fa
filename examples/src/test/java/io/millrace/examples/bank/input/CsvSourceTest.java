package io.millrace.examples.bank.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.command.UnusableException;
import io.millrace.examples.bank.DeadLetter;
import io.millrace.examples.bank.InputLine;
import io.millrace.examples.bank.OrderLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvSourceTest {
    private static final String BODY = OrderCsv.HEADER + "\n1,1,OPEN,5,\n\nbad\n2,1,DEPOSIT,5,\n";

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"", "\uFEFF", "\n \n", "\uFEFF\r\n"})
    void ordersAndBadLinesComeInOrderWithTheirLineNumbers(String before) throws IOException {
        int shift = (int) before.chars().filter(c -> c == '\n').count();
        List<InputLine> lines = readAll(file(before + BODY));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).isInstanceOf(OrderLine.class);
        assertThat(((DeadLetter) lines.get(1)).lineNumber()).isEqualTo(4 + shift);
        assertThat(((OrderLine) lines.get(2)).order().orderId()).isEqualTo(2);
    }

    @Test
    void theLastLineNeedsNoLineBreak() throws IOException {
        assertThat(readAll(file(OrderCsv.HEADER + "\n1,1,OPEN,5,"))).hasSize(1);
    }

    @Test
    void aFileWithNothingButAHeaderHasNoOrders() throws IOException {
        assertThat(readAll(file(OrderCsv.HEADER))).isEmpty();
        assertThat(readAll(file(OrderCsv.HEADER + "\r\n\r\n"))).isEmpty();
    }

    @Test
    void fromEveryPositionTheRestIsTheSame() throws IOException {
        Path file = file("\uFEFF" + BODY.replace("\n", "\r\n") + "worse\r\n\"open\r\n3,1,WITHDRAW,1,\r\n");
        List<InputLine> all = readAll(file);
        try (CsvSource source = CsvSource.open(file)) {
            for (int i = 0; i <= all.size(); i++) {
                long position = source.position();
                try (CsvSource again = CsvSource.open(file)) {
                    again.seek(i == 0 ? 0 : position);
                    assertThat(rest(again)).isEqualTo(all.subList(i, all.size()));
                    again.seek(0);
                    assertThat(rest(again)).isEqualTo(all);
                }
                source.next();
            }
        }
    }

    @Test
    void linesAcrossTheEndOfABufferAndLongerThanItAreWhole() throws IOException {
        StringBuilder text = new StringBuilder(OrderCsv.HEADER).append('\n');
        int orders = 120_000;
        for (int i = 0; i < orders; i++) {
            text.append(i).append(",77,DEPOSIT,").append(i * 31L).append(",\n");
            if (i == 60_000) {
                text.append("x".repeat(3 << 20)).append('\n');
            }
        }
        List<InputLine> lines = readAll(file(text.toString()));
        assertThat(lines).hasSize(orders + 1);
        assertThat(((DeadLetter) lines.get(60_001)).size()).isEqualTo(3 << 20);
        lines.remove(60_001);
        for (int i = 0; i < orders; i++) {
            assertThat(((OrderLine) lines.get(i)).order().orderId()).isEqualTo(i);
        }
    }

    @Test
    void whatIsNoOrdersFileIsRefusedWithAReason() throws IOException {
        assertThatThrownBy(() -> CsvSource.open(directory.resolve("none.csv")))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> CsvSource.open(directory))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("directory");
        for (String text : List.of("", "\n\n", "1,1,OPEN,5,\n", "id;account\n", "\u0000\u0001")) {
            Path file = file(text);
            assertThatThrownBy(() -> CsvSource.open(file))
                    .isInstanceOf(UnusableException.class)
                    .hasMessageContaining(OrderCsv.HEADER);
        }
    }

    @Test
    void aPositionBeyondTheFileIsRefused() throws IOException {
        try (CsvSource source = CsvSource.open(file(BODY))) {
            assertThatThrownBy(() -> source.seek(10_000)).isInstanceOf(UnusableException.class);
        }
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("orders.csv"), text, StandardCharsets.UTF_8);
    }

    private static List<InputLine> readAll(Path file) {
        try (CsvSource source = CsvSource.open(file)) {
            return rest(source);
        }
    }

    private static List<InputLine> rest(CsvSource source) {
        List<InputLine> lines = new ArrayList<>();
        while (!source.isFinished()) {
            InputLine line = source.next();
            if (line != null) {
                lines.add(line);
            }
        }
        return lines;
    }
}
