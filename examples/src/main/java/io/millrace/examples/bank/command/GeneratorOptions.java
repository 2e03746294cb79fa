package io.millrace.examples.bank.command;

import io.millrace.cli.command.UnusableException;
import io.millrace.examples.bank.input.GeneratorSettings;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that say what orders are generated; the same before and behind {@code generate}. */
final class GeneratorOptions {
    @Option(
            names = "--orders",
            paramLabel = "N",
            defaultValue = "1000000",
            scope = ScopeType.INHERIT,
            order = 1,
            description = "How many orders are generated (default: ${DEFAULT-VALUE}).")
    private long orders;

    @Option(
            names = "--accounts",
            paramLabel = "N",
            defaultValue = "100000",
            scope = ScopeType.INHERIT,
            order = 2,
            description =
                    "How many accounts they are spread over, some far busier than others (default: ${DEFAULT-VALUE}).")
    private long accounts;

    @Option(
            names = "--transfers",
            paramLabel = "PERCENT",
            defaultValue = "20",
            scope = ScopeType.INHERIT,
            order = 3,
            description = "How many of 100 orders on open accounts are transfers (default: ${DEFAULT-VALUE}).")
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
        if (orders < 0) {
            throw new UnusableException("--orders is 0 or more, got " + orders);
        }
        if (accounts < 1 || accounts > GeneratorSettings.MOST_ACCOUNTS) {
            throw new UnusableException("--accounts is 1 to " + GeneratorSettings.MOST_ACCOUNTS + ", got " + accounts);
        }
        if (transfers < 0 || transfers > 100) {
            throw new UnusableException("--transfers is a percentage, 0 to 100, got " + transfers);
        }
        return new GeneratorSettings(orders, accounts, transfers, seed);
    }
}
