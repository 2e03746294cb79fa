package io.millrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Output out = new Output(bytes);

    @Test
    void columnsAreAlignedAndNumbersAreToTheRight() {
        Table table = new Table("TOPIC", "LOG END", "SIZE");
        table.row().text("orders").number(5).bytes(1 << 20);
        table.row().text("a").number(12_345_678).bytes(1_500);

        table.print(out);

        assertThat(printed()).isEqualTo("""
                TOPIC    LOG END     SIZE
                orders         5    1 MiB
                a       12345678  1.5 KiB
                """);
    }

    @Test
    void aRowIsAnObjectOfUnroundedValues() {
        Table table = new Table("TOPIC", "LOG END", "SIZE", "AGE", "RETENTION", "WHO", "IN USE", "SINCE");
        table.row()
                .text("a\"b")
                .number(7)
                .bytes(1_500)
                .duration(Duration.ofSeconds(90))
                .duration(Optional.empty(), "forever")
                .texts(List.of("x", "y"))
                .flag(true)
                .time(1_700_000_000_000L);

        table.printJson(out);

        assertThat(printed())
                .isEqualTo("{\"topic\":\"a\\\"b\",\"logEnd\":7,\"size\":1500,\"age\":90000,\"retention\":null,"
                        + "\"who\":[\"x\",\"y\"],\"inUse\":true,\"since\":1700000000000}\n");
    }

    @Test
    void nothingThatATerminalWouldObeyIsPrinted() {
        Table table = new Table("NAME");
        table.row().text("red\u001b[31m");

        table.print(out);

        assertThat(printed()).isEqualTo("NAME\nred?[31m\n");
    }

    @Test
    void withoutRowsThereAreTheTitlesForPeopleAndNothingForPrograms() {
        Table table = new Table("TOPIC", "SIZE");
        table.printJson(out);
        assertThat(printed()).isEmpty();
        table.print(out);
        assertThat(printed()).isEqualTo("TOPIC  SIZE\n");
    }

    private String printed() {
        out.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
