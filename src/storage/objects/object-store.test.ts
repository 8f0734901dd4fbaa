import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { ManualClock, isLakeError, silentLogger } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { checksumOf } from './checksums.ts'
import { migrations } from './migrations.ts'
import { createObjectStore } from './create-object-store.ts'
import type { ObjectStore } from './object-store.ts'

const accountId = '111122223333'
const region = 'us-east-1'
const clock = new ManualClock(Date.UTC(2026, 0, 1))

describe('the object store', () => {
  let folder: string
  let database: Database
  let store: ObjectStore
  const open = async () => {
    database = await openSqliteDatabase({
      path: join(folder, 'lake.db'),
      migrations,
      log: silentLogger(),
    })
    store = await createObjectStore({
      database,
      folder: join(folder, 'objects'),
      clock,
      log: silentLogger(),
    })
  }
  const bucket = async (name: string, versioning?: 'Enabled' | 'Suspended') => {
    await store.buckets.create({ accountId, region, name })
    if (versioning) await store.buckets.setVersioning(accountId, name, versioning)
    return name
  }
  const put = (name: string, key: string, text: string) =>
    store.putObject({ accountId, bucket: name, key, attributes: {} }, Buffer.from(text))
  const text = async (name: string, key: string, versionId?: string) =>
    (await buffer(await store.read({ accountId, bucket: name, key, versionId }))).toString()
  const blobCount = async () => (await store.check()).blobs
  const settled = async () => {
    await store.sweep()
    return blobCount()
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-objects-'))
    await open()
  })
  after(async () => {
    await store.close()
    await database.close()
    await rm(folder, { recursive: true })
  })

  it('keeps bucket names in one namespace over all accounts', async () => {
    await bucket('names')
    await assert.rejects(bucket('names'), (error) => isLakeError(error, 'BucketAlreadyOwnedByYou'))
    await assert.rejects(
      store.buckets.create({ accountId: '999900000000', region, name: 'names' }),
      (error) => isLakeError(error, 'BucketAlreadyExists'),
    )
    await assert.rejects(store.buckets.get('999900000000', 'names'), (error) =>
      isLakeError(error, 'AccessDenied'),
    )
    for (const name of ['ab', 'Upper', 'a..b', '192.168.0.1', 'xn--a', '-ab', 'a_b']) {
      await assert.rejects(bucket(name), (error) => isLakeError(error, 'InvalidBucketName'), name)
    }
  })

  it('replaces an object, and frees the bytes that nobody can reach', async () => {
    await bucket('replace')
    const blobs = await settled()
    await put('replace', 'k', 'one')
    await put('replace', 'k', 'two')
    assert.equal(await text('replace', 'k'), 'two')
    assert.equal(await settled(), blobs + 1)
    await store.delete({ accountId, bucket: 'replace', key: 'k' })
    await assert.rejects(text('replace', 'k'), (error) => isLakeError(error, 'NoSuchKey'))
    assert.equal(await settled(), blobs)
  })

  it('keeps every version when versioning is on', async () => {
    await bucket('versions')
    await put('versions', 'k', 'null one')
    await store.buckets.setVersioning(accountId, 'versions', 'Enabled')
    const first = await put('versions', 'k', 'first')
    const second = await put('versions', 'k', 'second')
    assert.equal(await text('versions', 'k'), 'second')
    assert.equal(await text('versions', 'k', first.version_id), 'first')
    assert.equal(await text('versions', 'k', 'null'), 'null one')
    const marker = await store.remove({ accountId, bucket: 'versions', key: 'k' })
    assert.ok(marker.deleteMarker)
    await assert.rejects(text('versions', 'k'), (error) => isLakeError(error, 'NoSuchKey'))
    await assert.rejects(text('versions', 'k', marker.versionId), (error) =>
      isLakeError(error, 'MethodNotAllowed'),
    )
    await store.remove({ accountId, bucket: 'versions', key: 'k', versionId: marker.versionId })
    assert.equal(await text('versions', 'k'), 'second')
    await store.remove({ accountId, bucket: 'versions', key: 'k', versionId: second.version_id })
    assert.equal(await text('versions', 'k'), 'first')
    const page = await store.listVersions({ accountId, bucket: 'versions', prefix: '', limit: 10 })
    assert.deepEqual(
      page.entries.map((entry) => [entry.row!.version_id, entry.row!.is_latest]),
      [
        [first.version_id, 1],
        ['null', 0],
      ],
    )
  })

  it('replaces only the null version while versioning is suspended', async () => {
    await bucket('suspended', 'Enabled')
    const kept = await put('suspended', 'k', 'kept')
    await store.buckets.setVersioning(accountId, 'suspended', 'Suspended')
    await put('suspended', 'k', 'null 1')
    await put('suspended', 'k', 'null 2')
    assert.equal(await text('suspended', 'k'), 'null 2')
    const marker = await store.remove({ accountId, bucket: 'suspended', key: 'k' })
    assert.equal(marker.versionId, 'null')
    assert.equal(await text('suspended', 'k', kept.version_id), 'kept')
    const page = await store.listVersions({ accountId, bucket: 'suspended', prefix: '', limit: 9 })
    assert.deepEqual(
      page.entries.map((entry) => [entry.row!.version_id, entry.row!.delete_marker]),
      [
        ['null', 1],
        [kept.version_id, 0],
      ],
    )
  })

  it('orders versions when the clock goes back', async () => {
    await bucket('clock', 'Enabled')
    await put('clock', 'k', 'before')
    clock.advance(-60_000)
    await put('clock', 'k', 'after')
    assert.equal(await text('clock', 'k'), 'after')
    clock.advance(60_000)
  })

  it('lists by UTF-8 order, with delimiters, in pages of every size', async () => {
    await bucket('list')
    const keys = ['a', 'a/1', 'a/2', 'a/b/3', 'a0', 'b//x', 'b/y', '￿', '\u{1f600}', 'é', 'z/']
    for (const key of keys) await put('list', key, key)
    const walk = async (prefix: string, delimiter: string | undefined, limit: number) => {
      const seen: string[] = []
      for (let after: string | undefined; ;) {
        const page = await store.list({
          accountId,
          bucket: 'list',
          prefix,
          delimiter,
          after,
          limit,
        })
        seen.push(...page.objects.map((object) => object.key), ...page.commonPrefixes)
        if (page.next === undefined) return seen
        after = page.next
      }
    }
    const byBytes = (items: Iterable<string>) =>
      [...items].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    for (const limit of [1, 2, 3, 100]) {
      for (const [prefix, delimiter] of [
        ['', undefined],
        ['', '/'],
        ['a/', '/'],
        ['a', undefined],
        ['b/', '/'],
        ['none', '/'],
      ] as const) {
        const expected = new Set(
          keys
            .filter((key) => key.startsWith(prefix))
            .map((key) => {
              const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1
              return at < 0 ? key : key.slice(0, at + 1)
            }),
        )
        const seen = await walk(prefix, delimiter, limit)
        assert.deepEqual(byBytes(seen), byBytes(expected), `${prefix} ${delimiter} ${limit}`)
      }
    }
    assert.deepEqual(await walk('', undefined, 4), byBytes(keys))
  })

  it('refuses what does not have the checksum that was sent, and keeps nothing of it', async () => {
    await bucket('digests')
    const blobs = await settled()
    const bytes = Buffer.from('123456789')
    for (const expected of [
      { md5: createHash('md5').update('other').digest('base64') },
      { checksums: { CRC32C: await checksumOf('CRC32C', Buffer.from('other')) } },
    ]) {
      await assert.rejects(
        store.putObject(
          { accountId, bucket: 'digests', key: 'k', attributes: {}, expected },
          bytes,
        ),
        (error) => isLakeError(error, 'BadDigest'),
      )
    }
    assert.equal(await settled(), blobs)
    const row = await store.putObject(
      {
        accountId,
        bucket: 'digests',
        key: 'k',
        attributes: {},
        expected: { checksums: { SHA256: await checksumOf('SHA256', bytes) } },
      },
      bytes,
    )
    assert.equal(row.checksum_algorithm, 'CRC64NVME')
    assert.equal(Buffer.from(row.checksum_value!, 'base64').toString('hex'), 'ae8b14860a799888')
  })

  it('makes an object of parts without copying, and reads every range of it', async () => {
    await bucket('parts')
    const mebibyte = 1024 * 1024
    const bytes = [
      Buffer.alloc(5 * mebibyte, 'a'),
      Buffer.alloc(5 * mebibyte, 'b'),
      Buffer.from('tail'),
    ]
    const upload = await store.uploads.create({
      accountId,
      bucket: 'parts',
      key: 'k',
      initiator: 'me',
      attributes: { contentType: 'text/plain' },
      checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' },
      checksumAsked: false,
    })
    const ref = { accountId, bucket: 'parts', key: 'k', uploadId: upload.upload_id }
    const rows = []
    for (const [index, part] of [Buffer.from('unused'), ...bytes].entries()) {
      rows.push(await store.uploads.putPart(ref, { partNumber: index + 1 }, part))
    }
    const parts = rows.slice(1).map((row) => ({ partNumber: row.part_number, etag: row.etag }))
    await assert.rejects(store.uploads.complete(ref, { parts: parts.toReversed() }), (error) =>
      isLakeError(error, 'InvalidPartOrder'),
    )
    await assert.rejects(
      store.uploads.complete(ref, { parts: [{ partNumber: 1, etag: rows[0]!.etag }, ...parts] }),
      (error) => isLakeError(error, 'EntityTooSmall'),
    )
    await assert.rejects(
      store.uploads.complete(ref, { parts: [{ partNumber: 77, etag: 'x' }] }),
      (error) => isLakeError(error, 'InvalidPart'),
    )
    const version = await store.uploads.complete(ref, { parts })
    const again = await store.uploads.complete(ref, { parts })
    assert.deepEqual(again, version, 'a second completion gets the same answer')
    const whole = Buffer.concat(bytes)
    assert.match(version.etag, /^[0-9a-f]{32}-3$/)
    assert.equal(version.checksum_value, await checksumOf('CRC64NVME', whole))
    const object = { accountId, bucket: 'parts', key: 'k' }
    const edge = 5 * mebibyte
    for (const [start, end] of [
      [0, whole.length - 1],
      [edge - 2, edge + 1],
      [2 * edge - 1, 2 * edge + 3],
      [edge, edge],
    ] as const) {
      const found = await buffer(await store.read(object, { start, end }))
      assert.ok(found.equals(whole.subarray(start, end + 1)), `${start}-${end}`)
    }
    const reading = await store.read(object)
    const file = await store.localFile(object)
    await store.delete(object)
    await store.sweep()
    assert.ok((await buffer(reading)).equals(whole), 'a reader goes on after the deletion')
    assert.ok((await readFile(file.path)).equals(whole))
    await file.release()
    const row = await put('parts', 'plain', 'x')
    assert.equal(row.parts_count, null)
  })

  it('copies: linked when it is one blob, joined when it is many', async () => {
    await bucket('copies')
    const original = await put('copies', 'from', 'content')
    const { copy } = await store.copyObject({
      source: { accountId, bucket: 'copies', key: 'from' },
      accountId,
      bucket: 'copies',
      key: 'to',
      attributes: () => ({ contentType: 'text/x' }),
      algorithm: undefined,
    })
    assert.equal(copy.etag, original.etag)
    await store.delete({ accountId, bucket: 'copies', key: 'from' })
    await store.sweep()
    assert.equal(await text('copies', 'to'), 'content')
    const { copy: rehashed } = await store.copyObject({
      source: { accountId, bucket: 'copies', key: 'to' },
      accountId,
      bucket: 'copies',
      key: 'hashed',
      attributes: () => ({}),
      algorithm: 'SHA1',
    })
    assert.equal(rehashed.checksum_value, await checksumOf('SHA1', Buffer.from('content')))
  })

  it('publishes staged blobs in the transaction of another', async () => {
    await bucket('staged')
    const path = join(store.temporaryFolder, 'out.parquet')
    await writeFile(path, 'rows')
    const target = { accountId, bucket: 'staged', key: 'any' }
    const bytes = await store.stage(Buffer.from('bytes'), target)
    const file = await store.stageFile(path, target)
    const input = { accountId, bucket: 'staged' }
    await assert.rejects(
      database.transaction(async (tx) => {
        await store.publish(tx, { ...input, key: 'bytes', blob: bytes })
        throw new Error('changed my mind')
      }),
    )
    await assert.rejects(text('staged', 'bytes'), (error) => isLakeError(error, 'NoSuchKey'))
    await database.transaction(async (tx) => {
      await store.publish(tx, { ...input, key: 'bytes', blob: bytes })
      await store.publish(tx, { ...input, key: 'file', blob: file })
    })
    assert.equal(await text('staged', 'bytes'), 'bytes')
    assert.equal(await text('staged', 'file'), 'rows')
    const { etag, checksum_algorithm: algorithm } = await store.find({ ...input, key: 'file' })
    assert.match(etag, /^[0-9a-f]{32}-1$/, 'nobody takes it for an MD5')
    assert.equal(algorithm, 'CRC32')
    const { copy } = await store.copyObject({
      source: { ...input, key: 'file' },
      ...input,
      key: 'copy',
      attributes: () => ({}),
    })
    assert.equal(copy.etag, createHash('md5').update('rows').digest('hex'))
    assert.equal(await text('staged', 'copy'), 'rows')
    const local = await store.localFile({ ...input, key: 'file' })
    await store.delete({ ...input, key: 'file' })
    await store.sweep()
    assert.equal(await readFile(local.path, 'utf8'), 'rows')
    await local.release()
    await assert.rejects(store.localFile({ ...input, key: 'file' }))
  })

  it('makes what is small durable with its row, where that is wanted', async () => {
    await bucket('with-row')
    const input = { accountId, bucket: 'with-row' }
    const stage = (key: string, content: string) =>
      store.stage(Buffer.from(content), { ...input, key, withRow: true })
    const small = await stage('small', 'bytes')
    assert.ok(small.inlined)
    const large = await stage('large', 'x'.repeat(100_000))
    assert.equal(large.inlined, undefined)
    await assert.rejects(
      database.transaction(async (tx) => {
        await store.publish(tx, { ...input, key: 'small', blob: small })
        throw new Error('changed my mind')
      }),
    )
    await assert.rejects(text('with-row', 'small'), (error) => isLakeError(error, 'NoSuchKey'))
    await database.optimistic(async (tx) => {
      await store.publish(tx, { ...input, key: 'small', blob: small })
      await store.publish(tx, { ...input, key: 'large', blob: large })
    })
    await store.discard(await stage('given up', 'never'))
    await store.close()
    await database.close()
    await open()
    assert.equal(await text('with-row', 'small'), 'bytes')
    assert.equal((await text('with-row', 'large')).length, 100_000)
    const replaced = await stage('small', 'others')
    await database.optimistic(async (tx) => {
      await store.publish(tx, { ...input, key: 'small', blob: replaced })
    })
    assert.equal(await text('with-row', 'small'), 'others')
    const before = await settled()
    await store.delete({ ...input, key: 'small' })
    assert.equal(await settled(), before - 1)
  })

  it('opens the bytes that are chosen by what the object is', async () => {
    await bucket('chosen')
    const content = Buffer.from('0123456789'.repeat(60_000))
    for (const length of [0, 1, 10, 20_000, content.length]) {
      const ref = { accountId, bucket: 'chosen', key: `of ${length}` }
      await store.putObject({ ...ref, attributes: {} }, content.subarray(0, length))
      for (const [start, end] of [
        [0, length - 1],
        [0, 0],
        [length - 1, length - 1],
        [5, length - 5],
      ] as const) {
        if (end < start && length > 0) continue
        if (start < 0 || start > length) continue
        const { info, body } = await store.open(ref, ({ sizeBytes }) => {
          assert.equal(sizeBytes, length)
          return { start, end }
        })
        const bytes = body instanceof Uint8Array ? Buffer.from(body) : await buffer(body)
        assert.equal(info.sizeBytes, length)
        const wanted = content.subarray(start, Math.max(start, Math.min(length, end + 1)))
        assert.ok(bytes.equals(wanted), `${start} to ${end} of ${length}`)
      }
    }
  })

  it('writes under conditions', async () => {
    await bucket('conditions')
    const attributes = {}
    const write = (conditions: { ifMatch?: string; ifNoneMatch?: string }) =>
      store.putObject(
        { accountId, bucket: 'conditions', key: 'k', attributes, conditions },
        Buffer.from('x'),
      )
    await assert.rejects(write({ ifMatch: '"abc"' }), (error) => isLakeError(error, 'NoSuchKey'))
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => write({ ifNoneMatch: '*' })),
    )
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1)
    const { etag } = await store.find({ accountId, bucket: 'conditions', key: 'k' })
    await write({ ifMatch: `"${etag}"` })
    await assert.rejects(write({ ifMatch: '"abc"' }), (error) =>
      isLakeError(error, 'PreconditionFailed'),
    )
  })

  it('refuses to delete a bucket with a version left, and takes uploads along', async () => {
    await bucket('full', 'Enabled')
    const row = await put('full', 'k', 'x')
    await assert.rejects(store.buckets.delete(accountId, 'full'), (error) =>
      isLakeError(error, 'BucketNotEmpty'),
    )
    await store.remove({ accountId, bucket: 'full', key: 'k', versionId: row.version_id })
    const upload = await store.uploads.create({
      accountId,
      bucket: 'full',
      key: 'k',
      initiator: 'me',
      attributes: {},
      checksum: { algorithm: 'CRC32', type: 'COMPOSITE' },
      checksumAsked: true,
    })
    const ref = { accountId, bucket: 'full', key: 'k', uploadId: upload.upload_id }
    await store.uploads.putPart(ref, { partNumber: 1 }, Buffer.from('x'))
    const blobs = await settled()
    await store.buckets.delete(accountId, 'full')
    assert.equal(await settled(), blobs - 1)
  })

  it('sweeps what a former run staged, and only that', async () => {
    await bucket('sweep')
    await put('sweep', 'kept', 'kept')
    const blobs = await settled()
    const target = { accountId, bucket: 'sweep', key: 'fresh' }
    await store.stage(Buffer.from('never published'), target)
    assert.equal(await settled(), blobs + 1, 'what this run staged is left alone')
    await store.close()
    await database.close()
    await open()
    const fresh = await store.stage(Buffer.from('fresh'), target)
    assert.equal(await settled(), blobs + 1)
    await database.transaction((tx) =>
      store.publish(tx, { accountId, bucket: 'sweep', key: 'fresh', blob: fresh }),
    )
    assert.equal(await text('sweep', 'fresh'), 'fresh')
    assert.equal(await text('sweep', 'kept'), 'kept')
  })
})
