/** The bank under faults: on a simulated disk that crashes at every call, and as its files look to Kafka's tools. */
@NullMarked
package io.millrace.proof.bank;

import org.jspecify.annotations.NullMarked;
