package io.millrace.examples.bank;

/** What one line of the input is: an order, or something that is none. */
public sealed interface InputLine permits OrderLine, DeadLetter {}
