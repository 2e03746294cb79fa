package io.millrace.examples.bank.command;

import io.millrace.examples.bank.UnusableException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code millrace bank}: runs the bank and audits it. */
@Command(
        name = "bank",
        description = "Runs a bank: orders apply in order per account, once each, whatever is killed meanwhile.",
        mixinStandardHelpOptions = true)
public final class BankCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new UnusableException("The bank is not open yet.");
    }
}
