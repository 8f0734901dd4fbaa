import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isLakeError, type ManualClock } from '#kit'
import type { LogRecord, NewRecord, ShardPlaces, ShardRef, StreamLog } from './stream-log.ts'

/** Declares a test of a log on storage of its own, which `reopen` closes and opens again. */
export type Scenario = (
  title: string,
  run: (log: StreamLog, clock: ManualClock, reopen: () => Promise<StreamLog>) => Promise<void>,
) => void

export const first: ShardRef = { logId: 'orders', shardId: 'shardId-000000000000' }
export const second: ShardRef = { logId: 'orders', shardId: 'shardId-000000000001' }
export const all = { after: 0n, limitRecords: 10_000, limitBytes: 100 * 1024 * 1024 }

/** Places in shards of a log, by their ids. */
export function placesAt(afters: Readonly<Record<string, number>>): ShardPlaces {
  return { shardIds: Object.keys(afters), afters: Float64Array.from(Object.values(afters)) }
}

/** What the port promises to those who wait, and when a log ends: a part of `streamLogContract`. */
export function waitingAndEnding(scenario: Scenario): void {
  scenario('who waits for any of many shards is told of the first that has more', async (log) => {
    const shards = Array.from({ length: 50 }, (_, index) => ({ ...first, shardId: `s${index}` }))
    for (const shard of shards) await log.createShard(shard)
    await log.append(shards[7]!, [record('a')])
    const places = placesAt(
      Object.fromEntries(shards.map(({ shardId }) => [shardId, shardId === 's7' ? 1 : 0])),
    )
    const ending = new AbortController()
    let told = 0
    const wait = () =>
      log.waitAny(first.logId, places, ending.signal).then(() => {
        told += 1
      })
    const waiting = [wait(), wait()]
    // What is behind nobody's place wakes nobody.
    await log.createShard(second)
    await log.append(second, [record('of no interest')])
    assert.equal(told, 0)
    await log.append(shards[30]!, [record('b')])
    await Promise.all(waiting)
    await log.waitAny(first.logId, places, ending.signal)
    const none = log.waitAny(first.logId, placesAt({}), ending.signal)
    const later = log.waitAny(first.logId, placesAt({ s30: 1 }), ending.signal)
    ending.abort()
    await Promise.all([none, later])
    await assert.rejects(
      log.waitAny(first.logId, placesAt({ missing: 0 }), ending.signal),
      (error) => isLakeError(error, 'LogNotFound'),
    )
    const gone = assert.rejects(
      log.waitAny(first.logId, placesAt({ s1: 0 }), new AbortController().signal),
      (error) => isLakeError(error, 'LogNotFound'),
    )
    await log.deleteLog(first.logId)
    await gone
  })

  scenario('wait ends with new data or with its signal', async (log) => {
    await log.createShard(first)
    const never = new AbortController()
    let isDone = false
    const waiting = log.wait(first, 1n, never.signal).then(() => (isDone = true))
    await log.append(first, [record('a')])
    await log.wait(first, 0n, never.signal)
    assert.equal(isDone, false)
    await log.append(first, [record('b')])
    await waiting
    const aborted = log.wait(first, 2n, never.signal)
    never.abort()
    await aborted
    await log.wait(first, 99n, never.signal)
  })

  scenario('what is not kept any more is not waited for', async (log, _, reopen) => {
    const isOver = async (from: StreamLog, after: bigint) => {
      const soon = new AbortController()
      let isTold = false
      const waiting = from.wait(first, after, soon.signal).then(() => (isTold = true))
      for (let turn = 0; turn < 10 && !isTold; turn += 1) await nextTurn()
      const result = isTold
      soon.abort()
      await waiting
      return result
    }
    await log.createShard(first)
    await log.append(first, [record('a'), record('b')])
    assert.ok(await isOver(log, 0n))
    await log.trim(first, { sequence: 2n })
    assert.deepEqual(await log.read(first, all), [])
    assert.equal(await isOver(log, 0n), false)
    const again = await reopen()
    assert.equal(await isOver(again, 1n), false)
    await again.append(first, [record('c')])
    assert.ok(await isOver(again, 0n))
  })

  scenario('who need not wait lets others have their turn', async (log) => {
    await log.createShard(first)
    await log.append(first, [record('a')])
    const signal = new AbortController().signal
    for (const after of [0n, 99n]) {
      let hadTurn = false
      setImmediate(() => (hadTurn = true))
      await log.wait(first, after, after === 0n ? signal : AbortSignal.abort())
      assert.ok(hadTurn)
    }
  })

  scenario('a log that is made while one of its name is deleted stays', async (log, _, reopen) => {
    await log.createShard(first)
    await log.append(first, [record('a')])
    await Promise.all([log.deleteLog(first.logId), nextTurn().then(() => log.createShard(first))])
    assert.deepEqual(await log.append(first, [record('b')]), [1n])
    assert.deepEqual(texts(await (await reopen()).read(first, all)), ['b'])
  })

  scenario('a log that is deleted is gone, and may be made anew', async (log, _, reopen) => {
    await log.createShard(first)
    await log.append(first, [record('a')])
    assert.deepEqual(await log.logs(), [first.logId])
    const waiting = log.wait(first, 5n, new AbortController().signal)
    const refused = assert.rejects(waiting, (error) => isLakeError(error, 'LogNotFound'))
    await log.deleteLog(first.logId)
    await refused
    await assert.rejects(log.read(first, all), (error) => isLakeError(error, 'LogNotFound'))
    await log.deleteLog(first.logId)
    const again = await reopen()
    await assert.rejects(again.tip(first), (error) => isLakeError(error, 'LogNotFound'))
    assert.deepEqual(await again.logs(), [])
    await again.createShard(first)
    assert.deepEqual(await again.append(first, [record('b')]), [1n])
    assert.deepEqual(texts(await again.read(first, all)), ['b'])
  })

  scenario('a log that is asked while it is deleted is there, or it is not', async (log) => {
    await log.createShard(first)
    await log.append(first, [record('a')])
    let isGone = false
    const ask = async () => {
      while (!isGone) {
        await nextTurn()
        await log.read(first, all).catch((error: unknown) => {
          assert.ok(isLakeError(error, 'LogNotFound'), String(error))
        })
      }
    }
    const asking = Promise.all([ask(), ask(), ask()])
    await Promise.all([log.deleteLog(first.logId), log.deleteLog(first.logId)])
    isGone = true
    await asking
    await assert.rejects(log.tip(first), (error) => isLakeError(error, 'LogNotFound'))
  })

  scenario('a log or shard that is not there is an error', async (log) => {
    await assert.rejects(log.append(first, [record('a')]), (error) =>
      isLakeError(error, 'LogNotFound'),
    )
    await log.createShard(first)
    await assert.rejects(log.append(second, [record('a')]), (error) =>
      isLakeError(error, 'LogNotFound'),
    )
    await assert.rejects(log.read({ ...first, logId: '../orders' }, all), (error) =>
      isLakeError(error, 'LogNotFound'),
    )
  })

  scenario('after close nothing is taken any more', async (log) => {
    await log.createShard(first)
    const last = log.append(first, [record('a')])
    await last
    await log.close()
    await assert.rejects(log.append(first, [record('b')]), (error) =>
      isLakeError(error, 'LogClosed'),
    )
  })
}

export function record(text: string): NewRecord {
  return { partitionKey: 'key', data: Buffer.from(text) }
}

export function texts(records: readonly LogRecord[]): readonly string[] {
  return records.map((each) => Buffer.from(each.data).toString())
}
