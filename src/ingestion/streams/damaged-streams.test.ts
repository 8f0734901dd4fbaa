import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { isLakeError } from '#kit'
import { StreamErrors } from './errors.ts'
import type { StreamLog } from './stream-log.ts'
import type { StreamTables } from './tables.ts'
import { boundLog, scope, workshop } from './workshop.fixture.ts'

test('a stream whose log is damaged can be deleted, and keeps no server from starting', async () => {
  await using lake = await workshop()
  const stream = { name: 'damaged' }
  {
    await using opened = await lake.open()
    await opened.streams.create(scope, { name: 'damaged', mode: 'PROVISIONED', shardCount: 1 })
    await opened.streams.put(scope, stream, [{ partitionKey: 'k', data: Buffer.from('kept') }])
  }
  const [logId] = await lake.logs()
  const folder = join(lake.logFolder, logId!)
  for (const name of await readdir(folder)) await writeFile(join(folder, name), 'no segment')
  {
    await using opened = await lake.open()
    await opened.streams.remove(scope, stream, { withConsumers: true })
  }
  assert.deepEqual(await lake.logs(), [])
  await using opened = await lake.open()
  await assert.rejects(opened.streams.find(scope, stream), (error) =>
    isLakeError(error, 'StreamNotFound'),
  )
})

test('a stream that cannot be finished at the start keeps no server from starting', async () => {
  await using lake = await workshop()
  const full = () => Promise.reject(StreamErrors.DiskFull('the disk is full'))
  {
    await using opened = await lake.open()
    for (const name of ['made', 'deleted']) {
      await opened.streams.create(scope, { name, mode: 'PROVISIONED', shardCount: 1 })
    }
    // As a kill leaves them.
    for (const [name, status] of [
      ['made', 'CREATING'],
      ['deleted', 'DELETING'],
    ] as const) {
      await opened.database.transaction(async (tx) => {
        const db = tx.tables<StreamTables>()
        await db.updateTable('streams_streams').set({ status }).where('name', '=', name).execute()
      })
    }
  }
  const statuses = async (wrap: (real: StreamLog) => StreamLog) => {
    await using opened = await lake.open(wrap)
    const { streams } = opened
    const found = await streams.list(scope, '', 10)
    return found.map(({ name, status }) => [name, status])
  }
  assert.deepEqual(
    await statuses((real) => ({ ...boundLog(real), createShard: full, deleteLog: full })),
    [
      ['deleted', 'DELETING'],
      ['made', 'CREATING'],
    ],
  )
  // One that cannot be made is taken back: nobody was told that it is there.
  assert.deepEqual(await statuses((real) => ({ ...boundLog(real), createShard: full })), [])
  assert.deepEqual(await lake.logs(), [])
})
