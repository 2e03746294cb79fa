package io.millrace.examples.bank.input;

/**
 * What orders are generated.
 *
 * @param orders how many
 * @param accounts how many accounts they are spread over; with fewer orders than twice that, half as many accounts as orders are opened
 * @param transferPercent how many of 100 orders on open accounts are transfers
 * @param seed equal settings, equal orders
 */
public record GeneratorSettings(long orders, long accounts, int transferPercent, long seed) {
    /** More would not fit into the arithmetic of {@link ZipfRanks}. */
    public static final long MOST_ACCOUNTS = 1_000_000_000;

    /** More than any disk holds, and few enough for every sum of theirs. */
    public static final long MOST_ORDERS = 1_000_000_000_000L;

    public GeneratorSettings {
        if (orders < 0 || orders > MOST_ORDERS) {
            throw new IllegalArgumentException("orders is 0 to " + MOST_ORDERS + ", got " + orders);
        }
        if (accounts < 1 || accounts > MOST_ACCOUNTS) {
            throw new IllegalArgumentException("accounts is 1 to " + MOST_ACCOUNTS + ", got " + accounts);
        }
        if (transferPercent < 0 || transferPercent > 100) {
            throw new IllegalArgumentException("transferPercent is 0 to 100, got " + transferPercent);
        }
    }

    /** How many of the first orders open accounts. */
    long openings() {
        return Math.min(accounts, Math.max(1, orders / 2));
    }
}
