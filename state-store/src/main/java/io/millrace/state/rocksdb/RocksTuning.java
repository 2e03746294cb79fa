package io.millrace.state.rocksdb;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.WriteBufferManager;

/** RocksDB's options, from ours: one memory budget for all column families, which are flushed together. */
final class RocksTuning {
    private static final int FILTER_BITS_PER_KEY = 10;
    private static final double HIGH_PRIORITY_RATIO = 0.2;
    private static final int BLOCK_SIZE_BYTES = 8 << 10;
    private static final int KEPT_INFO_LOGS = 2;
    private static final int ANY_SHARDS = -1;

    /** A column family that has anything new takes a block of this size at least: with many of them, all write buffers would be such blocks. */
    private static final int ARENA_PART = 1024;

    private static final long LEAST_ARENA_BLOCK = 4 << 10;

    /** Open files take memory beside the cache: this part of all is for them, and so few of them are open. */
    private static final int READERS_PART = 8;

    private static final long OPEN_FILE_BYTES = 16 << 10;
    private static final long LEAST_OPEN_FILES = 64;

    private final LRUCache cache;

    private final DBOptions databaseOptions;
    private final ColumnFamilyOptions columnOptions;

    RocksTuning(RocksConfig config, NativeHandles handles) {
        long readers = config.memoryBytes() / READERS_PART;
        cache = handles.own(new LRUCache(config.memoryBytes() - readers, ANY_SHARDS, false, HIGH_PRIORITY_RATIO));
        WriteBufferManager writeBuffers = handles.own(new WriteBufferManager(config.writeBufferBytes(), cache));
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(BLOCK_SIZE_BYTES)
                .setFilterPolicy(handles.own(new BloomFilter(FILTER_BITS_PER_KEY)))
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
        columnOptions = handles.own(new ColumnFamilyOptions())
                .setTableFormatConfig(table)
                .setWriteBufferSize(config.writeBufferBytes())
                .setArenaBlockSize(Math.max(LEAST_ARENA_BLOCK, config.writeBufferBytes() / ARENA_PART))
                .setCompressionType(CompressionType.LZ4_COMPRESSION);
        databaseOptions = handles.own(new DBOptions())
                .setWriteBufferManager(writeBuffers)
                .setMaxOpenFiles(
                        (int) Math.min(Integer.MAX_VALUE, Math.max(LEAST_OPEN_FILES, readers / OPEN_FILE_BYTES)))
                .setMaxBackgroundJobs(config.backgroundJobs())
                // Without RocksDB's log, column families agree after a kill only if they are flushed at the same batch
                // (K1).
                .setAtomicFlush(true)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(KEPT_INFO_LOGS);
    }

    /** What blocks, indexes, filters and write buffers share. */
    LRUCache cache() {
        return cache;
    }

    DBOptions databaseOptions() {
        return databaseOptions;
    }

    ColumnFamilyOptions columnOptions() {
        return columnOptions;
    }
}
