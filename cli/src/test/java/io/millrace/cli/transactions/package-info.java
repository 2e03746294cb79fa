@NullMarked
package io.millrace.cli.transactions;

import org.jspecify.annotations.NullMarked;
