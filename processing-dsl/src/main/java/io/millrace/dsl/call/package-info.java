/** What is known of a call of {@code mapAsync} beside its answer, and how that is kept where calls are made after the commit. Internal: the steps of the language use it. */
@NullMarked
package io.millrace.dsl.call;

import org.jspecify.annotations.NullMarked;
