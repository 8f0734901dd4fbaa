import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, silentLogger } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createStreams, migrations, openDiskStreamLog, type StreamLog } from './index.ts'

export const scope = { accountId: '123456789012', region: 'us-east-1' }

/** A folder with the real parts of a streams module, which may be opened again and again. */
export async function workshop() {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-streams-'))
  const clock = new ManualClock(1_700_000_000_000)
  const open = async (wrap = (real: StreamLog) => real) => {
    const path = join(folder, 'db')
    const database = await openSqliteDatabase({ path, migrations, log: silentLogger() })
    const streamLog = await openDiskStreamLog({ folder: join(folder, 'logs'), clock })
    const streams = await createStreams({ database, log: wrap(streamLog), clock })
    const close = async () => {
      await streamLog.close()
      await database.close()
    }
    return { database, streams, streamLog, [Symbol.asyncDispose]: close }
  }
  return {
    clock,
    open,
    logFolder: join(folder, 'logs'),
    logs: () => readdir(join(folder, 'logs')),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

/** The methods of a log, so that a test may replace one of them. */
export function boundLog(real: StreamLog): StreamLog {
  return {
    createShard: (shard) => real.createShard(shard),
    append: (shard, records) => real.append(shard, records),
    appendBatch: (batch) => real.appendBatch(batch),
    read: (shard, input) => real.read(shard, input),
    readPages: (logId, spans, limits) => real.readPages(logId, spans, limits),
    extents: (logId, places, limits) => real.extents(logId, places, limits),
    tip: (shard) => real.tip(shard),
    tips: (logId, shardIds) => real.tips(logId, shardIds),
    trimHorizon: (shard) => real.trimHorizon(shard),
    positionAt: (shard, timeMs) => real.positionAt(shard, timeMs),
    wait: (shard, after, signal) => real.wait(shard, after, signal),
    waitAny: (logId, places, signal) => real.waitAny(logId, places, signal),
    trim: (shard, before) => real.trim(shard, before),
    trimBefore: (logId, timeMs, isSpent) => real.trimBefore(logId, timeMs, isSpent),
    logs: () => real.logs(),
    deleteLog: (logId) => real.deleteLog(logId),
    close: () => real.close(),
    [Symbol.asyncDispose]: () => real.close(),
  }
}
