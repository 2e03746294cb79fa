package io.millrace.examples.bank.command;

import io.millrace.cli.command.Numbers;
import io.millrace.examples.bank.input.GeneratorSettings;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that say what orders are generated; the same before and behind {@code generate}. */
final class GeneratorOptions {
    @Option(
            names = "--orders",
            paramLabel = "N",
            converter = OrdersConverter.class,
            defaultValue = "1000000",
            scope = ScopeType.INHERIT,
            order = 1,
            description = "How many orders are generated (default: ${DEFAULT-VALUE}).")
    private long orders;

    @Option(
            names = "--accounts",
            paramLabel = "N",
            converter = AccountsConverter.class,
            defaultValue = "100000",
            scope = ScopeType.INHERIT,
            order = 2,
            description =
                    "How many accounts they are spread over, some far busier than others (default: ${DEFAULT-VALUE}).")
    private long accounts;

    @Option(
            names = "--transfers",
            paramLabel = "PERCENT",
            converter = PercentConverter.class,
            defaultValue = "20",
            scope = ScopeType.INHERIT,
            order = 3,
            description =
                    "How many of 100 orders on open accounts are transfers, 0 to 100 (default: ${DEFAULT-VALUE}).")
    private int transfers;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            scope = ScopeType.INHERIT,
            order = 4,
            description = "Another number gives other orders (default: ${DEFAULT-VALUE}).")
    private long seed;

    GeneratorSettings settings() {
        return new GeneratorSettings(orders, accounts, transfers, seed);
    }

    static final class OrdersConverter extends Numbers.LongRange {
        OrdersConverter() {
            super(0, GeneratorSettings.MOST_ORDERS);
        }
    }

    static final class AccountsConverter extends Numbers.LongRange {
        AccountsConverter() {
            super(1, GeneratorSettings.MOST_ACCOUNTS);
        }
    }

    static final class PercentConverter extends Numbers.IntRange {
        PercentConverter() {
            super(0, 100);
        }
    }
}
