package io.millrace.examples.bank.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.bank.DeadLetter;
import io.millrace.examples.bank.InputLine;
import io.millrace.examples.bank.Order;
import io.millrace.examples.bank.OrderLine;
import io.millrace.examples.bank.OrderType;
import io.millrace.serde.BytesWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderCsvTest {
    private final OrderCsv csv = new OrderCsv();

    @Test
    void aPlainLineIsAnOrder() {
        assertThat(parse("7,3,TRANSFER,250,4")).isEqualTo(order(7, 3, OrderType.TRANSFER, 250, 4));
        assertThat(parse("7,3,OPEN,0,")).isEqualTo(order(7, 3, OrderType.OPEN, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7,3,DEPOSIT,250,\r",
                " 7 ,\t3,DEPOSIT , 250, ",
                "\"7\",\"3\",\"DEPOSIT\",\"250\",\"\"",
                " \"7\" ,3,\"DEPOSIT\",250,\"\" ",
                "+7,+3,DEPOSIT,+250,0",
                "007,3,DEPOSIT,250,"
            })
    void quotesSpacesAndLineBreaksOfWindowsChangeNothing(String line) {
        assertThat(parse(line)).isEqualTo(order(7, 3, OrderType.DEPOSIT, 250, 0));
    }

    @Test
    void everyNumberOfSixtyFourBitsIsRead() {
        assertThat(parse("9223372036854775807,-9223372036854775808,WITHDRAW,-9223372036854775808,"))
                .isEqualTo(order(Long.MAX_VALUE, Long.MIN_VALUE, OrderType.WITHDRAW, Long.MIN_VALUE, 0));
    }

    @Test
    void anAmountThatNoBankAcceptsIsStillAnOrder() {
        assertThat(parse("7,3,DEPOSIT,-1,")).isEqualTo(order(7, 3, OrderType.DEPOSIT, -1, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t \r", "\r"})
    void blankLinesAreNothing(String line) {
        assertThat(parse(line)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "7,3,DEPOSIT,250|it has 4 fields instead of 5",
                "7|it has 1 field instead of 5",
                "7,3,DEPOSIT,250,,|it has 6 fields instead of 5",
                "x,3,DEPOSIT,250,|order_id is not a whole number: 'x'",
                ",3,DEPOSIT,250,|order_id is empty",
                "7,3.5,DEPOSIT,250,|account is not a whole number: '3.5'",
                "7,3,DEPOSIT,1e3,|amount_cents is not a whole number: '1e3'",
                "7,3,DEPOSIT,-,|amount_cents is not a whole number: '-'",
                "7,3,DEPOSIT,- 5,|amount_cents is not a whole number: '- 5'",
                "7,3,DEPOSIT,9223372036854775808,|amount_cents does not fit in 64 bits: '9223372036854775808'",
                "7,3,DEPOSIT,-9223372036854775809,|amount_cents does not fit in 64 bits: '-9223372036854775809'",
                "7,3,DEPOSIT,99999999999999999999999999,|amount_cents does not fit in 64 bits",
                "7,3,PAY,250,|type is 'PAY' instead of OPEN, DEPOSIT, WITHDRAW or TRANSFER",
                "7,3,deposit,250,|type is 'deposit'",
                "7,3,,250,|type is ''",
                "7,3,TRANSFER,250,|a TRANSFER needs a to_account",
                "7,3,TRANSFER,250,you|to_account is not a whole number: 'you'",
                "7,3,DEPOSIT,250,4|only a TRANSFER has a to_account, this is a DEPOSIT with 4",
                "\"7,3,DEPOSIT,250,|a quote is not closed",
                "\"7\"8,3,DEPOSIT,250,|a quote stands where none can",
                "7\",3,DEPOSIT,250,|a quote stands where none can",
                "\"7\"\"8\",3,DEPOSIT,250,|order_id is not a whole number: '7\"8'"
            })
    void everythingElseIsADeadLetterWithItsReason(String line, String reason) {
        InputLine parsed = parse(line);
        assertThat(parsed).isInstanceOf(DeadLetter.class);
        assertThat(((DeadLetter) parsed).reason()).startsWith(reason);
        assertThat(((DeadLetter) parsed).line().toUtf8()).isEqualTo(line);
        assertThat(((DeadLetter) parsed).isCut()).isFalse();
        assertThat(((DeadLetter) parsed).lineNumber()).isEqualTo(12);
    }

    @Test
    void ofAVeryLongLineTheBeginningIsKept() {
        DeadLetter letter = (DeadLetter) parse("9".repeat(OrderCsv.LONGEST_LINE_BYTES + 1));
        assertThat(letter.reason()).contains("longer than 65536 bytes");
        assertThat(letter.line().length()).isEqualTo(OrderCsv.LONGEST_LINE_BYTES);
        assertThat(letter.isCut()).isTrue();
        assertThat(letter.size()).isEqualTo(OrderCsv.LONGEST_LINE_BYTES + 1);
    }

    @Test
    void bytesThatAreNoTextAreKeptAsTheyAre() {
        byte[] bytes = {'7', ',', (byte) 0xff, (byte) 0xfe, ',', 'x', 0, '\r'};
        DeadLetter letter = (DeadLetter) csv.parse(bytes, 0, bytes.length, 1);
        assertThat(letter.line().toByteArray()).isEqualTo(Arrays.copyOf(bytes, bytes.length - 1));
    }

    @Test
    void theHeaderIsKnownWhateverItsCaseAndQuotes() {
        assertThat(isHeader(OrderCsv.HEADER)).isTrue();
        assertThat(isHeader("\"Order_ID\", Account,Type,AMOUNT_CENTS,\"to_account\"\r"))
                .isTrue();
        assertThat(isHeader("order_id,account,type,amount,to_account")).isFalse();
        assertThat(isHeader("1,1,OPEN,0,")).isFalse();
        assertThat(isHeader("")).isFalse();
    }

    @Property(tries = 300)
    void whatIsWrittenIsReadBack(
            @ForAll long id, @ForAll long account, @ForAll OrderType type, @ForAll long amount, @ForAll long to) {
        Order order = new Order(id, type, amount, type == OrderType.TRANSFER ? to : 0);
        BytesWriter out = new BytesWriter();
        OrderCsv.write(account, order, out);
        byte[] line = out.toByteArray();
        assertThat(line[line.length - 1]).isEqualTo((byte) '\n');
        assertThat(csv.parse(line, 0, line.length - 1, 1)).isEqualTo(new OrderLine(account, order));
    }

    @Property(tries = 1_000)
    void noBytesAreTooStrange(@ForAll @Size(max = 60) byte[] bytes) {
        InputLine line = new OrderCsv().parse(bytes, 0, bytes.length, 1);
        assertThat(line == null || line instanceof OrderLine || line instanceof DeadLetter)
                .isTrue();
    }

    private @Nullable InputLine parse(String line) {
        // Somewhere in a buffer, as it is in a file.
        byte[] bytes = ("#" + line + "9").getBytes(StandardCharsets.UTF_8);
        return csv.parse(bytes, 1, bytes.length - 2, 12);
    }

    private boolean isHeader(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return csv.isHeader(bytes, 0, bytes.length);
    }

    private static OrderLine order(long id, long account, OrderType type, long amount, long to) {
        return new OrderLine(account, new Order(id, type, amount, to));
    }
}
