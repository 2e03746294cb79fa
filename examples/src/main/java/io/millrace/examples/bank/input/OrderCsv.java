package io.millrace.examples.bank.input;

import io.millrace.examples.bank.DeadLetter;
import io.millrace.examples.bank.InputLine;
import io.millrace.examples.bank.Order;
import io.millrace.examples.bank.OrderLine;
import io.millrace.examples.bank.OrderType;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Orders as lines of CSV (RFC 4180, UTF-8): {@value #HEADER}. Owned by one thread.
 *
 * <p>A line is an order if it has five fields, whole numbers of 64 bits and a known type, and names a destination just where there is one.
 * Everything else is a dead letter with its reason. Whether an order makes sense (an amount below zero, an account that nobody opened) is
 * no question of format: the bank's rules answer it. Fields may be quoted and surrounded by spaces; a field has no line break in it,
 * because none of the five could, so a stray quote costs one line and never the rest of the file.
 */
public final class OrderCsv {
    public static final String HEADER = "order_id,account,type,amount_cents,to_account";

    /** Lines with more bytes are dead letters, of which only this much is kept. */
    public static final int LONGEST_LINE_BYTES = 64 << 10;

    private static final String[] NAMES = HEADER.split(",");
    private static final OrderType[] TYPES = OrderType.values();
    private static final byte[][] TYPE_NAMES = typeNames();
    private static final int SHOWN_CHARS = 40;

    private final CsvFields fields = new CsvFields(NAMES.length);
    private final BytesView field = new BytesView();
    private long number;

    /** The line without its line break; null if it is blank. */
    public @Nullable InputLine parse(byte[] array, int offset, int length, long lineNumber) {
        int end = offset + length;
        if (length > 0 && array[end - 1] == '\r') {
            end--;
        }
        if (end - offset > LONGEST_LINE_BYTES) {
            return new DeadLetter(
                    lineNumber,
                    "it is longer than " + LONGEST_LINE_BYTES + " bytes",
                    copy(array, offset, LONGEST_LINE_BYTES),
                    end - offset);
        }
        if (isBlank(array, offset, end)) {
            return null;
        }
        String problem = fields.split(array, offset, end);
        if (problem == null && fields.count() != NAMES.length) {
            problem = "it has " + fields.count() + (fields.count() == 1 ? " field" : " fields") + " instead of "
                    + NAMES.length + " (" + HEADER + ")";
        }
        if (problem == null) {
            Object orderOrProblem = order();
            if (orderOrProblem instanceof InputLine order) {
                return order;
            }
            problem = (String) orderOrProblem;
        }
        return new DeadLetter(lineNumber, problem, copy(array, offset, end - offset), end - offset);
    }

    private static BytesView copy(byte[] array, int offset, int length) {
        return new BytesView().wrap(array, offset, length).copy();
    }

    /** True if the line is the header, whatever its case and quoting. */
    public boolean isHeader(byte[] array, int offset, int length) {
        int end = length > 0 && array[offset + length - 1] == '\r' ? offset + length - 1 : offset + length;
        if (length > LONGEST_LINE_BYTES || fields.split(array, offset, end) != null || fields.count() != NAMES.length) {
            return false;
        }
        for (int i = 0; i < NAMES.length; i++) {
            if (!fields.get(i, field).toUtf8().equalsIgnoreCase(NAMES[i])) {
                return false;
            }
        }
        return true;
    }

    /** Appends an order's line, with its line break. */
    public static void write(long account, Order order, BytesWriter out) {
        putDecimal(order.orderId(), out);
        out.putByte(',');
        putDecimal(account, out);
        out.putByte(',');
        out.putBytes(TYPE_NAMES[order.type().ordinal()]);
        out.putByte(',');
        putDecimal(order.amount(), out);
        out.putByte(',');
        if (order.type() == OrderType.TRANSFER) {
            putDecimal(order.toAccount(), out);
        }
        out.putByte('\n');
    }

    /** The {@link OrderLine} of the split fields, or the reason why there is none. */
    private Object order() {
        String problem = readNumber(0);
        long orderId = number;
        if (problem != null || (problem = readNumber(1)) != null) {
            return problem;
        }
        long account = number;
        OrderType type = type(fields.get(2, field));
        if (type == null) {
            return "type is '" + shown(field) + "' instead of OPEN, DEPOSIT, WITHDRAW or TRANSFER";
        }
        problem = readNumber(3);
        if (problem != null) {
            return problem;
        }
        long amount = number;
        boolean isTransfer = type == OrderType.TRANSFER;
        number = 0;
        if (fields.get(4, field).length() == 0) {
            if (isTransfer) {
                return "a TRANSFER needs a to_account";
            }
        } else if ((problem = readNumber(4)) != null) {
            return problem;
        } else if (!isTransfer && number != 0) {
            return "only a TRANSFER has a to_account, this is a " + type + " with " + number;
        }
        return new OrderLine(account, new Order(orderId, type, amount, number));
    }

    private static @Nullable OrderType type(BytesView text) {
        for (OrderType type : TYPES) {
            byte[] name = TYPE_NAMES[type.ordinal()];
            if (text.length() == name.length && startsWith(text, name)) {
                return type;
            }
        }
        return null;
    }

    private static boolean startsWith(BytesView text, byte[] name) {
        for (int i = 0; i < name.length; i++) {
            if (text.array()[text.arrayOffset() + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    /** Sets {@link #number}. @return what is wrong, or null */
    private @Nullable String readNumber(int index) {
        BytesView text = fields.get(index, field);
        byte[] array = text.array();
        int at = text.arrayOffset();
        int end = at + text.length();
        if (at == end) {
            return NAMES[index] + " is empty";
        }
        boolean isNegative = array[at] == '-';
        if ((isNegative || array[at] == '+') && ++at == end) {
            return NAMES[index] + " is not a whole number: '" + shown(text) + "'";
        }
        // Counted down from zero, because the negative numbers reach one further than the positive ones.
        long value = 0;
        boolean fits = true;
        for (; at < end; at++) {
            int digit = array[at] - '0';
            if (digit < 0 || digit > 9) {
                return NAMES[index] + " is not a whole number: '" + shown(text) + "'";
            }
            fits = fits && value >= (Long.MIN_VALUE + digit) / 10;
            value = value * 10 - digit;
        }
        if (!fits || (!isNegative && value == Long.MIN_VALUE)) {
            return NAMES[index] + " does not fit in 64 bits: '" + shown(text) + "'";
        }
        number = isNegative ? value : -value;
        return null;
    }

    private static String shown(BytesView text) {
        String all = text.toUtf8();
        return all.length() <= SHOWN_CHARS ? all : all.substring(0, SHOWN_CHARS) + "…";
    }

    private static boolean isBlank(byte[] array, int offset, int end) {
        for (int i = offset; i < end; i++) {
            if (array[i] != ' ' && array[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    private static void putDecimal(long value, BytesWriter out) {
        if (value < 0) {
            out.putUtf8(Long.toString(value));
            return;
        }
        long divisor = 1;
        while (value / divisor >= 10) {
            divisor *= 10;
        }
        for (long rest = value; divisor > 0; divisor /= 10) {
            out.putByte((int) ('0' + rest / divisor));
            rest %= divisor;
        }
    }

    private static byte[][] typeNames() {
        byte[][] names = new byte[TYPES.length][];
        for (OrderType type : TYPES) {
            names[type.ordinal()] = type.name().getBytes(StandardCharsets.US_ASCII);
        }
        return names;
    }
}
