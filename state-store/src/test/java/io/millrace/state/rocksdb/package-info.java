/** RocksDB under the contract of backends, and killed. */
package io.millrace.state.rocksdb;
