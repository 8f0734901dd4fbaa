import { join } from 'node:path'
import { silentLogger, systemClock } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createObjectStore, migrations } from '#storage/objects'
import { accountId, bucket, contentOf } from './objects-content.ts'

/*
 * Writes objects until it is killed: each lane has a key of its own, and puts, copies, uploads in parts and deletes it in
 * turn. Prints `begin <key> <number>` before and `done <key> <number>` after each; a number that three divides is a deletion.
 * Arguments: folder, first number.
 */
const [folder = '', start] = process.argv.slice(2)
const log = silentLogger()
const database = await openSqliteDatabase({ path: join(folder, 'lake.db'), migrations, log })
const store = await createObjectStore({
  database,
  folder: join(folder, 'objects'),
  clock: systemClock,
  log,
})
if (!(await store.buckets.find(bucket))) {
  await store.buckets.create({ accountId, region: 'us-east-1', name: bucket })
}
const attributes = {}

async function write(key: string, number: number): Promise<void> {
  const ref = { accountId, bucket, key }
  if (number % 3 === 0) return store.delete(ref)
  const bytes = contentOf(key, number)
  if (number % 7 === 1) return copyOf(key, bytes)
  if (number % 7 === 2) return inParts(key, bytes)
  await store.putObject({ ...ref, attributes }, bytes)
}

async function copyOf(key: string, bytes: Buffer): Promise<void> {
  const source = { accountId, bucket, key: `${key}-source` }
  await store.putObject({ ...source, attributes }, bytes)
  await store.copyObject({ source, accountId, bucket, key, attributes: () => attributes })
}

async function inParts(key: string, bytes: Buffer): Promise<void> {
  const { upload_id: uploadId } = await store.uploads.create({
    accountId,
    bucket,
    key,
    initiator: 'writer',
    attributes,
    checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' },
    checksumAsked: false,
  })
  const ref = { accountId, bucket, key, uploadId }
  // One part that counts and one that does not: completing throws the second away.
  const { etag } = await store.uploads.putPart(ref, { partNumber: 1 }, bytes)
  await store.uploads.putPart(ref, { partNumber: 2 }, Buffer.from('unused'))
  await store.uploads.complete(ref, { parts: [{ partNumber: 1, etag }] })
}

async function lane(key: string): Promise<void> {
  for (let number = Number(start); ; number += 1) {
    process.stdout.write(`begin ${key} ${number}\n`)
    await write(key, number)
    process.stdout.write(`done ${key} ${number}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, (_, index) => lane(`lane-${index}`)))
