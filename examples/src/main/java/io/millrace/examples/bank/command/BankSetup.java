package io.millrace.examples.bank.command;

import io.millrace.log.Durability;
import java.nio.file.Path;

/** Everything that a process needs to know to run the bank's pipeline. @param data where {@code log/} and {@code state/} are */
record BankSetup(Path data, BankInput input, int partitions, int loops, Durability durability) {
    Path log() {
        return data.resolve("log");
    }

    Path state() {
        return data.resolve("state");
    }
}
