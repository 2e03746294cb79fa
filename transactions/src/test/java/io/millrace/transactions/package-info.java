/** What every log with transactions does: the contract that each engine's tests inherit. */
@NullMarked
package io.millrace.transactions;

import org.jspecify.annotations.NullMarked;
