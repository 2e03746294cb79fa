package io.millrace.examples.bank;

/** What an account's ledger is asked to enter: an order of its owner, or money on its way between two accounts. */
public sealed interface Entry permits Order, Credit {}
