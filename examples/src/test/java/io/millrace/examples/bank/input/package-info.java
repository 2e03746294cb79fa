@NullMarked
package io.millrace.examples.bank.input;

import org.jspecify.annotations.NullMarked;
