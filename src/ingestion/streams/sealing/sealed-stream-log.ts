import { withSealedData } from '../record-columns.ts'
import type { LogRecord, NewRecord, StreamLog } from '../stream-log.ts'
import type { LogKeys } from './log-keys.ts'
import { keyNumberOf, openData, sealData, type DataKey } from './sealed-record.ts'

const nothing = new Uint8Array(0)

/**
 * A log whose records are unreadable at rest where `keys` says so. Data is sealed, keys of partitions are not, as on AWS
 * (https://docs.aws.amazon.com/streams/latest/dev/what-is-sse.html). Errors of `append` and `read`, beside those of the
 * log: `KmsNotFound`, `KmsDisabled`, `KmsInvalidState`.
 */
export function sealedStreamLog(log: StreamLog, keys: LogKeys): StreamLog {
  const append: StreamLog['append'] = async (shard, records) => {
    if (!keys.isSealed(shard.logId)) return log.append(shard, records)
    const key = await keys.current(shard.logId)
    const sealed = records.map((record): NewRecord => {
      return { ...record, data: sealData(key, shard, record.data), isSealed: true }
    })
    return log.append(shard, sealed)
  }

  const appendBatch: StreamLog['appendBatch'] = async (batch) => {
    const { logId, shardIds, shards } = batch
    if (!keys.isSealed(logId)) return log.appendBatch(batch)
    const key = await keys.current(logId)
    const columns = withSealedData(batch.columns, (data, index) => {
      const shardId = shardIds[shards[index]!]
      return shardId === undefined ? nothing : sealData(key, { logId, shardId }, data)
    })
    return log.appendBatch({ ...batch, columns })
  }

  const read: StreamLog['read'] = async (shard, input) => {
    const records = await log.read(shard, input)
    if (!records.some((record) => record.isSealed)) return records
    const found = new Map<number, DataKey>()
    for (const record of records) {
      if (!record.isSealed) continue
      const number = keyNumberOf(record.data)
      if (!found.has(number)) found.set(number, await keys.byNumber(shard.logId, number))
    }
    return records.map((record): LogRecord => {
      if (!record.isSealed) return record
      const key = found.get(keyNumberOf(record.data))!
      return { ...record, data: openData(key, shard, record.data), kmsKeyArn: key.kmsKeyArn }
    })
  }

  return {
    createShard: (shard) => log.createShard(shard),
    append,
    appendBatch,
    read,
    // The adapter gives no page with a record in it that is sealed.
    readPages: (logId, spans, limits) => log.readPages(logId, spans, limits),
    // Numbers only, in which what sealing adds is left out.
    extents: (logId, places, limits) => log.extents(logId, places, limits),
    tip: (shard) => log.tip(shard),
    tips: (logId, shardIds) => log.tips(logId, shardIds),
    trimHorizon: (shard) => log.trimHorizon(shard),
    positionAt: (shard, timeMs) => log.positionAt(shard, timeMs),
    wait: (shard, after, signal) => log.wait(shard, after, signal),
    waitAny: (logId, places, signal) => log.waitAny(logId, places, signal),
    trim: (shard, before) => log.trim(shard, before),
    trimBefore: (logId, timeMs, isSpent) => log.trimBefore(logId, timeMs, isSpent),
    logs: () => log.logs(),
    deleteLog: async (logId) => {
      await log.deleteLog(logId)
      await keys.forget(logId)
    },
    close: () => log.close(),
    [Symbol.asyncDispose]: () => log.close(),
  }
}
