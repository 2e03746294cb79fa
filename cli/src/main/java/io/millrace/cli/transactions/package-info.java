/**
 * {@code millrace transactions}: what transactions there are, which of them hang, and their end by a person.
 *
 * <p>Called by {@code io.millrace.cli.Millrace}. May depend on {@code io.millrace.cli.command} and on the APIs of the log and its
 * transactions. What only reads does so while another process has the log open.
 */
@NullMarked
package io.millrace.cli.transactions;

import org.jspecify.annotations.NullMarked;
