/** The embedded log with transactions, on files and on the simulated disk. */
@NullMarked
package io.millrace.transactions.embedded;

import org.jspecify.annotations.NullMarked;
