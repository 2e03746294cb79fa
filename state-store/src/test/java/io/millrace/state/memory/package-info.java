/** The memory backend under the contract of backends. */
package io.millrace.state.memory;
