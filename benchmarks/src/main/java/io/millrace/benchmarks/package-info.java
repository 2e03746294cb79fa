/**
 * How fast Millrace is, and what a record costs: JMH benchmarks, one class a question, and whole programs for what happens once in a
 * process's life. {@code benchmarks/README.md} says how to run them and how to judge what they print.
 *
 * <p>Nobody calls this package. It may depend on every API and on the factories of engines, but on no engine's inside: what is measured is
 * what a user gets.
 */
@NullMarked
package io.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
