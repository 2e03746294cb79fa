@NullMarked
package io.millrace.cli.records;

import org.jspecify.annotations.NullMarked;
