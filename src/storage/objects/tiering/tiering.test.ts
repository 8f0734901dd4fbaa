import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { ManualClock, isLakeError, silentLogger } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { poll } from '#test/harness'
import { migrations } from '../migrations.ts'
import { createObjectStore } from '../create-object-store.ts'
import type { ObjectStore } from '../object-store.ts'
import { tierOf } from '../places/placed-blobs.ts'
import type { LifecycleRule } from '../lifecycle/rules.ts'
import type { IntegrityProblem } from '../integrity.ts'
import type { ObjectTables, VersionRow } from '../tables.ts'

const accountId = '111122223333'
const dayMs = 24 * 60 * 60 * 1000
const kib = 1024

describe('storage classes and their places', () => {
  let folder: string
  let database: Database
  let store: ObjectStore
  const clock = new ManualClock(Date.UTC(2026, 0, 1, 12))
  const log = silentLogger()

  const open = async (withCold = true) => {
    database = await openSqliteDatabase({ path: join(folder, 'lake.db'), migrations, log })
    const cold = { kind: 'folder' as const, path: join(folder, 'cold') }
    store = await createObjectStore({
      database,
      folder: join(folder, 'objects'),
      clock,
      log,
      places: { cacheBytesMax: 0, ...(withCold ? { cold } : {}) },
    })
  }
  const close = async () => {
    await store.close()
    await database.close()
  }
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-tiers-'))
    await open()
  })
  after(async () => {
    await close()
    await rm(folder, { recursive: true })
  })

  const bytesOf = (size: number, seed: string) =>
    Buffer.alloc(size, createHash('sha512').update(seed).digest())
  const bucketWith = async (
    bucket: string,
    rule?: Omit<LifecycleRule, 'Status'>,
    versioned = false,
  ) => {
    await store.buckets.create({ accountId, region: 'us-east-1', name: bucket })
    if (versioned) await store.buckets.setVersioning(accountId, bucket, 'Enabled')
    const value = JSON.stringify({ Rules: [{ Status: 'Enabled', ...rule }] })
    if (rule) await store.settings.put({ accountId, bucket, name: 'lifecycle' }, value)
  }
  const put = (bucket: string, key: string, bytes: Buffer, storageClass?: string) =>
    store.putObject(
      { accountId, bucket, key, attributes: storageClass === undefined ? {} : { storageClass } },
      bytes,
    )
  const read = async (bucket: string, key: string, versionId?: string) => {
    const ref = { accountId, bucket, key, ...(versionId === undefined ? {} : { versionId }) }
    return buffer(await store.read(ref))
  }
  const find = (bucket: string, key: string) => store.find({ accountId, bucket, key })
  const placeOf = async (bucket: string, key: string) => {
    const row = await find(bucket, key)
    if (row.blob_id !== null) return tierOf(row.blob_id)
    const tiers = new Set((await store.partsOf(row)).map((part) => tierOf(part.blob_id)))
    assert.equal(tiers.size, 1, 'all parts are in one place')
    return [...tiers][0]!
  }
  const upload = async (
    bucket: string,
    key: string,
    parts: readonly Buffer[],
    storageClass?: string,
  ) => {
    const { upload_id: uploadId } = await store.uploads.create({
      accountId,
      bucket,
      key,
      initiator: 'arn',
      attributes: storageClass === undefined ? {} : { storageClass },
      checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' },
      checksumAsked: false,
    })
    const ref = { accountId, bucket, key, uploadId }
    const done = []
    for (const [at, bytes] of parts.entries()) {
      const part = await store.uploads.putPart(ref, { partNumber: at + 1 }, bytes)
      done.push({ partNumber: at + 1, etag: part.etag })
    }
    await store.uploads.complete(ref, { parts: done })
  }
  const isArchived = (error: unknown) => isLakeError(error, 'InvalidObjectState')
  const restored = (bucket: string, key: string) =>
    poll('the restore', async () => {
      const row = await find(bucket, key)
      return row.restore_until_ms !== null && row
    })
  const soundness = async () => {
    await store.sweep()
    const { orphaned, missing, corrupt } = await store.check()
    assert.deepEqual({ orphaned, missing, corrupt }, { orphaned: 0, missing: 0, corrupt: 0 })
  }

  it('puts, copies and uploads go to the place of their class', async () => {
    await bucketWith('puts')
    const bytes = bytesOf(200 * kib, 'puts')
    for (const [storageClass, place] of [
      ['STANDARD', 'hot'],
      ['INTELLIGENT_TIERING', 'hot'],
      ['STANDARD_IA', 'cold'],
      ['GLACIER_IR', 'cold'],
      ['GLACIER', 'cold'],
      ['DEEP_ARCHIVE', 'cold'],
    ] as const) {
      await put('puts', storageClass, bytes, storageClass)
      assert.equal(await placeOf('puts', storageClass), place, storageClass)
    }
    assert.ok(bytes.equals(await read('puts', 'GLACIER_IR')))
    await assert.rejects(read('puts', 'GLACIER'), isArchived)
    const copy = (from: string, key: string, storageClass: string) =>
      store.copyObject({
        source: { accountId, bucket: 'puts', key: from },
        accountId,
        bucket: 'puts',
        key,
        attributes: () => ({ storageClass }),
      })
    await copy('STANDARD', 'to-cold', 'STANDARD_IA')
    await copy('to-cold', 'cold-to-cold', 'GLACIER_IR')
    await copy('cold-to-cold', 'to-hot', 'STANDARD')
    for (const [key, place] of [
      ['to-cold', 'cold'],
      ['cold-to-cold', 'cold'],
      ['to-hot', 'hot'],
    ] as const) {
      assert.equal(await placeOf('puts', key), place, key)
      assert.ok(bytes.equals(await read('puts', key)), key)
    }
    await assert.rejects(copy('DEEP_ARCHIVE', 'x', 'STANDARD'), isArchived)
    await upload('puts', 'parts', [bytesOf(5 * kib * kib, 'a'), bytesOf(9, 'b')], 'STANDARD_IA')
    assert.equal(await placeOf('puts', 'parts'), 'cold')
    await soundness()
  })

  it('moves what lifecycle rules say is due, and reads it from there', async () => {
    await bucketWith('moved', {
      Prefix: '',
      Transitions: [
        { Days: 30, StorageClass: 'STANDARD_IA' },
        { Days: 90, StorageClass: 'GLACIER_IR' },
      ],
    })
    const large = bytesOf(300 * kib, 'large')
    const parts = [bytesOf(5 * kib * kib, 'one'), bytesOf(70 * kib, 'two')]
    await put('moved', 'large', large)
    await put('moved', 'small', Buffer.from('too small to be moved'))
    await upload('moved', 'parts', parts)
    await store.applyLifecycle()
    assert.equal(await placeOf('moved', 'large'), 'hot')
    clock.advance(31 * dayMs)
    const reader = await store.read({ accountId, bucket: 'moved', key: 'parts' })
    await store.applyLifecycle()
    for (const key of ['large', 'parts']) {
      assert.equal(await placeOf('moved', key), 'cold')
      assert.equal((await find('moved', key)).storage_class, 'STANDARD_IA')
    }
    assert.equal((await find('moved', 'small')).storage_class, 'STANDARD')
    assert.ok(large.equals(await read('moved', 'large')))
    assert.ok(Buffer.concat(parts).equals(await read('moved', 'parts')))
    assert.ok(Buffer.concat(parts).equals(await buffer(reader)), 'a reader is not disturbed')
    const local = await store.localFile({ accountId, bucket: 'moved', key: 'large' })
    assert.ok(large.equals(await readFile(local.path)))
    await local.release()
    clock.advance(60 * dayMs)
    await store.applyLifecycle()
    assert.equal((await find('moved', 'large')).storage_class, 'GLACIER_IR')
    await soundness()
  })

  it('takes the coldest class that is due, and never goes back', async () => {
    const Transitions = [
      { Days: 1, StorageClass: 'GLACIER' },
      { Days: 0, StorageClass: 'INTELLIGENT_TIERING' },
    ]
    await bucketWith('coldest', { Filter: { ObjectSizeGreaterThan: 1 }, Transitions })
    await put('coldest', 'a', Buffer.from('small, and the rule names a size'))
    await put('coldest', 'deep', Buffer.from('deeper already'), 'DEEP_ARCHIVE')
    clock.advance(2 * dayMs)
    await store.applyLifecycle()
    assert.equal((await find('coldest', 'a')).storage_class, 'GLACIER')
    assert.equal((await find('coldest', 'deep')).storage_class, 'DEEP_ARCHIVE')
  })

  it('moves noncurrent versions, and keeps the newest of them', async () => {
    const move = { NoncurrentDays: 1, NewerNoncurrentVersions: 1, StorageClass: 'GLACIER' }
    const rule = { Filter: { ObjectSizeGreaterThan: 1 }, NoncurrentVersionTransitions: [move] }
    await bucketWith('noncurrent', rule, true)
    for (const text of ['oldest', 'older', 'current']) {
      await put('noncurrent', 'a', Buffer.from(text))
      clock.advance(dayMs)
    }
    clock.advance(dayMs)
    await store.applyLifecycle()
    const page = { accountId, bucket: 'noncurrent', prefix: '', limit: 10 }
    const { entries } = await store.listVersions(page)
    assert.deepEqual(
      entries.map(({ row }) => row!.storage_class),
      ['STANDARD', 'STANDARD', 'GLACIER'],
    )
    const { version_id: versionId } = entries[2]!.row!
    const ref = { accountId, bucket: 'noncurrent', key: 'a', versionId }
    assert.equal(await store.tiering.restore(ref, { days: 1, tier: 'Standard' }), 'started')
    await poll('the restore', async () => (await store.find(ref)).restore_until_ms !== null)
    assert.equal((await read('noncurrent', 'a', versionId)).toString(), 'oldest')
  })

  it('restores copies for some days, and takes them away', async () => {
    await bucketWith('restored')
    const bytes = bytesOf(200 * kib, 'restored')
    const parts = [bytesOf(5 * kib * kib, 'p1'), bytesOf(40 * kib, 'p2')]
    await put('restored', 'one', bytes, 'GLACIER')
    await upload('restored', 'parts', parts, 'DEEP_ARCHIVE')
    const restore = (key: string, days: number, tier: 'Standard' | 'Bulk' | 'Expedited' = 'Bulk') =>
      store.tiering.restore({ accountId, bucket: 'restored', key }, { days, tier })
    assert.equal(await restore('one', 2), 'started')
    assert.equal(await restore('parts', 1), 'started')
    const row = await restored('restored', 'one')
    assert.equal(row.restore_until_ms! % dayMs, 0)
    await restored('restored', 'parts')
    assert.ok(bytes.equals(await read('restored', 'one')))
    assert.ok(Buffer.concat(parts).equals(await read('restored', 'parts')))
    const local = await store.localFile({ accountId, bucket: 'restored', key: 'one' })
    assert.ok(bytes.equals(await readFile(local.path)))
    await local.release()
    assert.equal((await store.check()).orphaned, 0)
    clock.advance(2 * dayMs)
    assert.equal(await restore('one', 5), 'extended')
    await store.tiering.settle()
    assert.ok(bytes.equals(await read('restored', 'one')))
    await assert.rejects(read('restored', 'parts'), isArchived)
    await store.delete({ accountId, bucket: 'restored', key: 'one' })
    await soundness()
    const rows = await database
      .tables<{ object_restored: object }>()
      .selectFrom('object_restored')
      .selectAll()
      .execute()
    assert.equal(rows.length, 0)
  })

  it('makes a copy again that was lost, when it is mended', async () => {
    await bucketWith('mended')
    const bytes = bytesOf(300 * kib, 'mended')
    await put('mended', 'a', bytes, 'GLACIER')
    const ref = { accountId, bucket: 'mended', key: 'a' }
    await store.tiering.restore(ref, { days: 3, tier: 'Standard' })
    await restored('mended', 'a')
    const { blob_id: copy } = await database
      .tables<ObjectTables>()
      .selectFrom('object_restored')
      .select('blob_id')
      .executeTakeFirstOrThrow()
    await close()
    await rm(join(folder, 'objects', 'blobs', copy.slice(0, 3), copy))
    await open()
    const problems: IntegrityProblem[] = []
    const quarantine = join(folder, 'quarantine')
    await mkdir(quarantine)
    await store.check({ quarantine, onProblem: (problem) => void problems.push(problem) })
    assert.deepEqual(
      problems.map((problem) => [problem.kind, problem.kind !== 'orphaned' && problem.isCopy]),
      [['missing', true]],
    )
    await store.tiering.settle()
    assert.ok(bytes.equals(await read('mended', 'a')))
    await soundness()
  })

  it('refuses restores that make no sense', async () => {
    await bucketWith('refused')
    await put('refused', 'plain', Buffer.from('x'))
    await put('refused', 'deep', Buffer.from('x'), 'DEEP_ARCHIVE')
    const restore = (key: string, request: Parameters<ObjectStore['tiering']['restore']>[1]) =>
      store.tiering.restore({ accountId, bucket: 'refused', key }, request)
    const refusals = [
      [restore('plain', { days: 1, tier: 'Standard' }), 'InvalidObjectState'],
      [restore('none', { days: 1, tier: 'Standard' }), 'NoSuchKey'],
      [restore('deep', { days: 1, tier: 'Expedited' }), 'InvalidRequest'],
      [restore('deep', { tier: 'Standard' }), 'MalformedRequest'],
    ] as const
    for (const [call, code] of refusals) {
      await assert.rejects(call, (error) => isLakeError(error, code))
    }
  })

  it('moves objects in intelligent tiering by when they were read last', async () => {
    await bucketWith('smart')
    const bytes = bytesOf(150 * kib, 'smart')
    for (const key of ['idle', 'read', 'archive/a', 'archive/d']) {
      await put('smart', key, bytes, 'INTELLIGENT_TIERING')
    }
    await put('smart', 'small', Buffer.from('small'), 'INTELLIGENT_TIERING')
    const configure = (days: number, accessTier: string, prefix: string) =>
      store.settings.put(
        { accountId, bucket: 'smart', name: 'intelligent-tiering', id: accessTier },
        JSON.stringify({
          Id: accessTier,
          Status: 'Enabled',
          Filter: { Prefix: prefix },
          Tierings: [{ Days: days, AccessTier: accessTier }],
        }),
      )
    await configure(90, 'ARCHIVE_ACCESS', 'archive/')
    await configure(180, 'DEEP_ARCHIVE_ACCESS', 'archive/d')
    const tiers = async () => {
      const found: Record<string, VersionRow['access_tier']> = {}
      for (const key of ['idle', 'read', 'archive/a', 'archive/d', 'small']) {
        found[key] = (await find('smart', key)).access_tier
      }
      return found
    }
    clock.advance(20 * dayMs)
    await read('smart', 'read')
    await store.tiering.settle()
    clock.advance(11 * dayMs)
    await store.tiering.settle()
    const idle = 'INFREQUENT_ACCESS'
    assert.deepEqual(await tiers(), {
      idle,
      read: null,
      'archive/a': idle,
      'archive/d': idle,
      small: null,
    })
    assert.equal(await placeOf('smart', 'idle'), 'cold')
    assert.ok(bytes.equals(await read('smart', 'idle')))
    await store.tiering.settle()
    assert.equal((await tiers())['idle'], null, 'what is read comes back')
    assert.equal(await placeOf('smart', 'idle'), 'hot')
    clock.advance(151 * dayMs)
    await store.tiering.settle()
    assert.deepEqual(await tiers(), {
      idle: 'ARCHIVE_INSTANT_ACCESS',
      read: 'ARCHIVE_INSTANT_ACCESS',
      'archive/a': 'ARCHIVE_ACCESS',
      'archive/d': 'DEEP_ARCHIVE_ACCESS',
      small: null,
    })
    await assert.rejects(read('smart', 'archive/a'), isArchived)
    const ref = { accountId, bucket: 'smart', key: 'archive/a' }
    await assert.rejects(store.tiering.restore(ref, { days: 1, tier: 'Bulk' }), (error) =>
      isLakeError(error, 'MalformedRequest'),
    )
    await store.tiering.restore(ref, { tier: 'Expedited' })
    await poll('the restore', async () => (await find('smart', 'archive/a')).access_tier === null)
    assert.ok(bytes.equals(await read('smart', 'archive/a')))
    assert.equal(await placeOf('smart', 'archive/a'), 'hot')
    await soundness()
  })

  it('will not open without the place that its bytes lie in', async () => {
    await close()
    try {
      await assert.rejects(open(false), (error) => isLakeError(error, 'PlaceChanged'))
    } finally {
      await database.close()
      await open()
    }
    assert.equal((await read('puts', 'to-hot')).length, 200 * kib)
  })
})

describe('storage classes without a second place', () => {
  it('mean the same, and bytes move when there is one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'boathouse-one-place-'))
    const clock = new ManualClock(Date.UTC(2026, 0, 1, 12))
    const log = silentLogger()
    const open = async (path?: string) => {
      const database = await openSqliteDatabase({ path: join(folder, 'lake.db'), migrations, log })
      const cold = path === undefined ? {} : { cold: { kind: 'folder' as const, path } }
      const store = await createObjectStore({
        database,
        folder: join(folder, 'objects'),
        clock,
        log,
        places: { cacheBytesMax: 0, ...cold },
      }).catch(async (error: unknown) => {
        await database.close()
        throw error
      })
      const close = async () => {
        await store.close()
        await database.close()
      }
      return { store, close }
    }
    const ref = { accountId, bucket: 'one', key: 'a' }
    const isArchived = (error: unknown) => isLakeError(error, 'InvalidObjectState')
    try {
      const alone = await open()
      await alone.store.buckets.create({ accountId, region: 'us-east-1', name: 'one' })
      const attributes = { storageClass: 'GLACIER' }
      const row = await alone.store.putObject({ ...ref, attributes }, Buffer.from('archived'))
      assert.equal(tierOf(row.blob_id!), 'hot')
      await assert.rejects(alone.store.read(ref), isArchived)
      await alone.store.tiering.restore(ref, { days: 1, tier: 'Standard' })
      await poll('the restore', async () => (await alone.store.find(ref)).restore_until_ms !== null)
      assert.equal((await buffer(await alone.store.read(ref))).toString(), 'archived')
      clock.advance(3 * dayMs)
      await alone.store.tiering.settle()
      await assert.rejects(alone.store.read(ref), isArchived)
      await alone.close()
      const both = await open(join(folder, 'cold'))
      await both.store.tiering.settle()
      assert.equal(tierOf((await both.store.find(ref)).blob_id!), 'cold')
      await both.close()
      const elsewhere = open(join(folder, 'another'))
      await assert.rejects(elsewhere, (error) => isLakeError(error, 'PlaceChanged'))
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
