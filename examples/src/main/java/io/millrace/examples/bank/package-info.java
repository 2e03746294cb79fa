/** The bank: orders apply in order, once each. */
@NullMarked
package io.millrace.examples.bank;

import org.jspecify.annotations.NullMarked;
