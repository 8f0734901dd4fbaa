import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { it } from 'node:test'
import { ManualClock, isLakeError, silentLogger } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import type { EncryptionKeys, EncryptionRequest } from './encryption/object-encryption.ts'
import { migrations } from './migrations.ts'
import { createObjectStore } from './create-object-store.ts'
import type { ObjectStore } from './object-store.ts'

const accountId = '111122223333'
const keys = ['a', 'a/b', 'b', 'ü', 'a b']
const buckets = 12
const rounds = 3
const stepsPerRound = 90
const partBytesMin = 5 * 1024 * 1024
const mask = randomBytes(32)
const masked = (bytes: Uint8Array) => Buffer.from(bytes.map((byte, at) => byte ^ mask[at]!))
const noKms = () => Promise.reject(new Error('there is no KMS here'))
const sealing: EncryptionKeys = {
  seal: masked,
  unseal: masked,
  kmsKey: noKms,
  kmsSeal: noKms,
  kmsUnseal: noKms,
}

interface Version {
  id: string
  /** Undefined for a delete marker. */
  bytes: Buffer | undefined
  tags: string
}

/** A bucket as the simplest thing that could be one: by key the versions, the newest first. */
class Model {
  readonly bucket: string
  versioning: '' | 'Enabled' | 'Suspended' = ''
  readonly versions = new Map<string, Version[]>()
  #seed: number

  constructor(bucket: string, seed: number) {
    this.bucket = bucket
    this.#seed = seed
  }

  /** Numbers below `max`, the same in every run (mulberry32). */
  dice(max: number): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0
    let t = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % max
  }

  of(key: string): Version[] {
    return this.versions.get(key) ?? []
  }

  current(key: string): Version | undefined {
    return this.of(key)[0]?.bytes ? this.of(key)[0] : undefined
  }

  add(key: string, version: Version): void {
    const kept = this.of(key).filter(
      (old) => this.versioning !== '' && !(version.id === 'null' && old.id === 'null'),
    )
    this.versions.set(key, [version, ...kept])
  }

  drop(key: string, id?: string): void {
    this.versions.set(key, id === undefined ? [] : this.of(key).filter((old) => old.id !== id))
  }
}

/** Random operations on the store and on a model of it: both must say the same, also after the store was opened anew. */
it('does what a simple model does, over thousands of random operations', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-model-'))
  const clock = new ManualClock(Date.UTC(2026, 0, 1))
  let database!: Database
  let store!: ObjectStore
  const open = async () => {
    const path = join(folder, 'lake.db')
    const log = silentLogger()
    database = await openSqliteDatabase({ path, migrations, log })
    const own = { database, folder: join(folder, 'objects'), clock, log, keys: sealing }
    store = await createObjectStore(own)
  }
  const close = async () => {
    await store.close()
    await database.close()
  }

  const multipart = async (model: Model, key: string, encryption: Encrypting) => {
    const { bucket } = model
    const checksum = { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' } as const
    const { upload_id: uploadId } = await store.uploads.create({
      accountId,
      bucket,
      key,
      initiator: 'arn',
      attributes: {},
      checksum,
      checksumAsked: false,
      ...encryption,
    })
    const ref = { accountId, bucket, key, uploadId }
    const bodies = [randomBytes(partBytesMin + model.dice(9)), randomBytes(model.dice(200_000))]
    const parts = []
    for (const [at, body] of [...bodies.entries()].reverse()) {
      const { etag } = await store.uploads.putPart(ref, { partNumber: at + 1 }, body)
      parts.unshift({ partNumber: at + 1, etag })
    }
    if (model.dice(3) === 0) return store.uploads.abort(ref)
    const row = await store.uploads.complete(ref, { parts })
    model.add(key, { id: row.version_id, bytes: Buffer.concat(bodies), tags: '{}' })
  }

  const step = async (model: Model) => {
    const { bucket } = model
    const key = keys[model.dice(keys.length)]!
    const ref = { accountId, bucket, key }
    const encryption: Encrypting =
      model.dice(3) === 0 ? { encryption: { mode: 'AES256' } satisfies EncryptionRequest } : {}
    const roll = model.dice(100)
    if (roll < 35) {
      const bytes = randomBytes([0, 1, 1000, 65_536, 200_000][model.dice(5)]!)
      const tags: Record<string, string> = model.dice(2) === 0 ? { n: String(roll) } : {}
      const row = await store.putObject({ ...ref, attributes: { tags }, ...encryption }, bytes)
      model.add(key, { id: row.version_id, bytes, tags: JSON.stringify(tags) })
    } else if (roll < 50) {
      const removed = await store.remove(ref)
      if (model.versioning === '') model.drop(key)
      else model.add(key, { id: removed.versionId!, bytes: undefined, tags: '{}' })
    } else if (roll < 60) {
      const old = model.of(key)[model.dice(4)]
      if (!old) return
      await store.remove({ ...ref, versionId: old.id })
      model.drop(key, old.id)
    } else if (roll < 72) {
      const from = keys[model.dice(keys.length)]!
      const version = model.of(from)[model.dice(3)]
      if (!version?.bytes) return
      const { copy } = await store.copyObject({
        source: { accountId, bucket, key: from, versionId: version.id },
        ...ref,
        attributes: () => ({}),
        ...encryption,
      })
      model.add(key, { id: copy.version_id, bytes: version.bytes, tags: '{}' })
    } else if (roll < 80) {
      const version = model.current(key)
      if (!version) return
      version.tags = JSON.stringify({ changed: String(roll) })
      await store.update(ref, () => ({ tags: version.tags }))
    } else if (roll < 83) {
      model.versioning = model.versioning === 'Enabled' ? 'Suspended' : 'Enabled'
      await store.buckets.setVersioning(accountId, bucket, model.versioning)
    } else if (roll < 85) await multipart(model, key, encryption)
    else await compareRead(model, key)
  }

  const compareRead = async (model: Model, key: string) => {
    const ref = { accountId, bucket: model.bucket, key }
    const bytes = model.current(key)?.bytes
    if (!bytes) {
      await assert.rejects(store.find(ref), (error) => isLakeError(error, 'NoSuchKey'))
      return
    }
    const start = model.dice(Math.max(bytes.length, 1))
    const range = { start, end: start + model.dice(100_000) }
    const end = Math.min(range.end, bytes.length - 1)
    if (bytes.length === 0) return
    const found = await buffer(await store.read(ref, { start, end }))
    assert.ok(
      found.equals(bytes.subarray(start, end + 1)),
      `${model.bucket} ${key} ${start}-${end}`,
    )
  }

  const compareAll = async (model: Model) => {
    const { bucket } = model
    const page = { accountId, bucket, prefix: '', limit: 10_000 }
    const { entries } = await store.listVersions(page)
    const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const said = sorted.flatMap((key) =>
      model.of(key).map(({ id, bytes, tags }, at) => [key, id, bytes?.length, tags, at === 0]),
    )
    const listed = entries.map(({ row }) => [
      row!.key,
      row!.version_id,
      row!.delete_marker === 1 ? undefined : row!.size_bytes,
      row!.tags ?? '{}',
      row!.is_latest === 1,
    ])
    assert.deepEqual(listed, said)
    const current = await store.list({ accountId, bucket, prefix: '', limit: 100 })
    const there = sorted.filter((key) => model.current(key))
    assert.deepEqual(
      current.objects.map(({ key }) => key),
      there,
    )
    for (const key of keys) {
      for (const { id, bytes } of model.of(key)) {
        if (!bytes) continue
        const found = await buffer(await store.read({ accountId, bucket, key, versionId: id }))
        assert.ok(found.equals(bytes), `${bucket} ${key} ${id}`)
      }
    }
  }

  await open()
  try {
    const models = Array.from({ length: buckets }, (_, at) => new Model(`bucket-${at}`, at + 1))
    for (const { bucket: name } of models) {
      await store.buckets.create({ accountId, region: 'us-east-1', name })
    }
    for (let round = 0; round < rounds; round++) {
      await Promise.all(
        models.map(async (model) => {
          for (let at = 0; at < stepsPerRound; at++) await step(model)
        }),
      )
      await close()
      await open()
      for (const model of models) await compareAll(model)
      await store.sweep()
      clock.advance(1000)
    }
    for (const model of models) await compareAll(model)
  } finally {
    await close()
    await rm(folder, { recursive: true })
  }
})

interface Encrypting {
  readonly encryption?: EncryptionRequest
}
