@NullMarked
package io.millrace.examples.bank.command;

import org.jspecify.annotations.NullMarked;
