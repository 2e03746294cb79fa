package io.millrace.examples.bank.input;

import io.millrace.examples.bank.Order;
import io.millrace.examples.bank.OrderLine;
import io.millrace.examples.bank.OrderType;

/**
 * Orders out of nothing but settings. Each is a function of its index, so any of them can be had without those before it. Immutable.
 *
 * <p>The first orders open the accounts. Of the later ones, most are valid or fail for want of money; of 1,024, two are resent
 * orders, one each has an amount of zero or less, an account that nobody opened and an account that is already open, and ten, if they happen to
 * be transfers, have a destination that nobody opened.
 */
public final class OrderGenerator {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long OPENING_CENTS = 100_000;
    private static final long DEPOSIT_CENTS = 50_000;
    private static final long WITHDRAW_CENTS = 60_000;
    private static final long TRANSFER_CENTS = 40_000;
    /** How far back a resent order lies; less than the bank remembers. */
    private static final long RESENT_REACH = 500;

    private final GeneratorSettings settings;
    private final ZipfRanks ranks;
    private final long openings;
    private final long origin;

    public OrderGenerator(GeneratorSettings settings) {
        this.settings = settings;
        openings = settings.openings();
        ranks = new ZipfRanks(openings);
        origin = mix(settings.seed() + GOLDEN);
    }

    public GeneratorSettings settings() {
        return settings;
    }

    /** @param index 0 to {@code orders} − 1 */
    public OrderLine order(long index) {
        if (index >= openings) {
            long bits = bits(index, 0);
            if (bits >>> 54 < 2) {
                return fresh(index - 1 - below(Math.min(index, RESENT_REACH), bits(index, 1)));
            }
        }
        return fresh(index);
    }

    /** The order of an index that is not a resent one. */
    private OrderLine fresh(long index) {
        long orderId = index + 1;
        long more = bits(index, 2);
        if (index < openings) {
            return new OrderLine(index + 1, new Order(orderId, OrderType.OPEN, below(OPENING_CENTS + 1, more), 0));
        }
        int oddity = (int) (bits(index, 0) >>> 54);
        long account = oddity == 3 ? unknownAccount(more) : 1 + ranks.rank(bits(index, 3));
        if (oddity == 4) {
            return new OrderLine(account, new Order(orderId, OrderType.OPEN, below(OPENING_CENTS + 1, more), 0));
        }
        long choice = bits(index, 4);
        OrderType type = type(choice);
        long amount = oddity == 2 ? -below(3, more) : 1 + below(mostCents(type), more);
        if (type != OrderType.TRANSFER) {
            return new OrderLine(account, new Order(orderId, type, amount, 0));
        }
        long toAccount = oddity >= 5 && oddity < 15 ? unknownAccount(choice * GOLDEN) : 1 + ranks.rank(mix(choice));
        return new OrderLine(account, new Order(orderId, type, amount, toAccount));
    }

    private OrderType type(long choice) {
        if (below(100, choice) < settings.transferPercent()) {
            return OrderType.TRANSFER;
        }
        return (choice & 1) == 0 ? OrderType.DEPOSIT : OrderType.WITHDRAW;
    }

    private static long mostCents(OrderType type) {
        return switch (type) {
            case OPEN -> OPENING_CENTS;
            case DEPOSIT -> DEPOSIT_CENTS;
            case WITHDRAW -> WITHDRAW_CENTS;
            case TRANSFER -> TRANSFER_CENTS;
        };
    }

    private long unknownAccount(long bits) {
        return openings + 1 + below(openings, bits);
    }

    /** A number from 0 to {@code bound} − 1, from the upper half of the bits. */
    private static long below(long bound, long bits) {
        return ((bits >>> 32) * bound) >>> 32;
    }

    private long bits(long index, int use) {
        return mix(origin + (index * 8 + use) * GOLDEN);
    }

    /** The finaliser of SplitMix64. */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
