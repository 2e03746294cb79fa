package io.millrace.examples.bank;

/** An order and the account that it is for. */
public record OrderLine(long account, Order order) implements InputLine {}
