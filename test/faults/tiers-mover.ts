import { join } from 'node:path'
import { ManualClock, silentLogger } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createObjectStore, migrations } from '#storage/objects'
import { accountId, bucket, contentOf } from './tiers-content.ts'

/*
 * Puts objects and moves them through their classes until it is killed: a rule archives them after a day, some are restored, copies are
 * made of those, and their time ends. Prints `begin <key> <number>` before and `done <key> <number>` after each put.
 * Arguments: folder, first number.
 */
const [folder = '', start] = process.argv.slice(2)
const dayMs = 24 * 60 * 60 * 1000
const log = silentLogger()
const clock = new ManualClock(Date.UTC(2026, 0, 1) + Number(start) * dayMs)
const database = await openSqliteDatabase({ path: join(folder, 'lake.db'), migrations, log })
const store = await createObjectStore({
  database,
  folder: join(folder, 'objects'),
  places: { cold: { kind: 'folder', path: join(folder, 'cold') }, cacheBytesMax: 0 },
  clock,
  log,
})
if (!(await store.buckets.find(bucket))) {
  await store.buckets.create({ accountId, region: 'us-east-1', name: bucket })
  const rule = {
    Status: 'Enabled',
    Filter: { Prefix: '', ObjectSizeGreaterThan: 0 },
    Transitions: [
      { Days: 1, StorageClass: 'STANDARD_IA' },
      { Days: 2, StorageClass: 'GLACIER' },
    ],
  }
  const value = JSON.stringify({ Rules: [rule] })
  await store.settings.put({ accountId, bucket, name: 'lifecycle' }, value)
}

async function put(key: string, number: number): Promise<void> {
  const ref = { accountId, bucket, key }
  const bytes = contentOf(key, number)
  process.stdout.write(`begin ${key} ${number}\n`)
  if (number % 2 === 0) await store.putObject({ ...ref, attributes: {} }, bytes)
  else {
    const { upload_id: uploadId } = await store.uploads.create({
      ...ref,
      initiator: 'mover',
      attributes: {},
      checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' },
      checksumAsked: false,
    })
    const part = await store.uploads.putPart({ ...ref, uploadId }, { partNumber: 1 }, bytes)
    const parts = [{ partNumber: 1, etag: part.etag }]
    await store.uploads.complete({ ...ref, uploadId }, { parts })
  }
  process.stdout.write(`done ${key} ${number}\n`)
}

const quietly = (work: Promise<unknown>) => work.catch(() => undefined)
for (let number = Number(start); ; number += 1) {
  const keys = Array.from({ length: 4 }, (_, lane) => `key-${lane}-${number % 5}`)
  await Promise.all([
    ...keys.map((key) => put(key, number)),
    store.applyLifecycle(),
    ...keys.map((_, lane) => {
      const ref = { accountId, bucket, key: `key-${lane}-${(number + 2) % 5}` }
      return quietly(store.tiering.restore(ref, { days: 1, tier: 'Standard' }))
    }),
  ])
  await store.tiering.settle()
  clock.advance(dayMs)
}
