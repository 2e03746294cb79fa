/**
 * What {@code io.millrace.log.guard} is for producers and consumers, for transactional producers. Called by engines alone, and depends on none.
 */
@NullMarked
package io.millrace.transactions.guard;

import org.jspecify.annotations.NullMarked;
