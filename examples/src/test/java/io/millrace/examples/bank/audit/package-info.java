@NullMarked
package io.millrace.examples.bank.audit;

import org.jspecify.annotations.NullMarked;
