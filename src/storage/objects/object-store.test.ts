import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ManualClock, isLakeError } from '#kit'
import { accountId, region, TemporaryStore } from './temporary-store.fixture.ts'

const clock = new ManualClock(Date.UTC(2026, 0, 1))
const lake = new TemporaryStore({ clock })

describe('the object store', () => {
  it('keeps bucket names in one namespace over all accounts', async () => {
    await lake.bucket('names')
    await assert.rejects(lake.bucket('names'), (error) =>
      isLakeError(error, 'BucketAlreadyOwnedByYou'),
    )
    await assert.rejects(
      lake.store.buckets.create({ accountId: '999900000000', region, name: 'names' }),
      (error) => isLakeError(error, 'BucketAlreadyExists'),
    )
    await assert.rejects(lake.store.buckets.get('999900000000', 'names'), (error) =>
      isLakeError(error, 'AccessDenied'),
    )
    for (const name of ['ab', 'Upper', 'a..b', '192.168.0.1', 'xn--a', '-ab', 'a_b']) {
      await assert.rejects(
        lake.bucket(name),
        (error) => isLakeError(error, 'InvalidBucketName'),
        name,
      )
    }
  })

  it('replaces an object, and frees the bytes that nobody can reach', async () => {
    await lake.bucket('replace')
    const blobs = await lake.settled()
    await lake.put('replace', 'k', 'one')
    await lake.put('replace', 'k', 'two')
    assert.equal(await lake.text('replace', 'k'), 'two')
    assert.equal(await lake.settled(), blobs + 1)
    await lake.store.delete({ accountId, bucket: 'replace', key: 'k' })
    await assert.rejects(lake.text('replace', 'k'), (error) => isLakeError(error, 'NoSuchKey'))
    assert.equal(await lake.settled(), blobs)
  })

  it('keeps every version when versioning is on', async () => {
    await lake.bucket('versions')
    await lake.put('versions', 'k', 'null one')
    await lake.store.buckets.setVersioning(accountId, 'versions', 'Enabled')
    const first = await lake.put('versions', 'k', 'first')
    const second = await lake.put('versions', 'k', 'second')
    assert.equal(await lake.text('versions', 'k'), 'second')
    assert.equal(await lake.text('versions', 'k', first.version_id), 'first')
    assert.equal(await lake.text('versions', 'k', 'null'), 'null one')
    const marker = await lake.store.remove({ accountId, bucket: 'versions', key: 'k' })
    assert.ok(marker.deleteMarker)
    await assert.rejects(lake.text('versions', 'k'), (error) => isLakeError(error, 'NoSuchKey'))
    await assert.rejects(lake.text('versions', 'k', marker.versionId), (error) =>
      isLakeError(error, 'MethodNotAllowed'),
    )
    await lake.store.remove({
      accountId,
      bucket: 'versions',
      key: 'k',
      versionId: marker.versionId,
    })
    assert.equal(await lake.text('versions', 'k'), 'second')
    await lake.store.remove({
      accountId,
      bucket: 'versions',
      key: 'k',
      versionId: second.version_id,
    })
    assert.equal(await lake.text('versions', 'k'), 'first')
    const page = await lake.store.listVersions({
      accountId,
      bucket: 'versions',
      prefix: '',
      limit: 10,
    })
    assert.deepEqual(
      page.entries.map((entry) => [entry.row!.version_id, entry.row!.is_latest]),
      [
        [first.version_id, 1],
        ['null', 0],
      ],
    )
  })

  it('replaces only the null version while versioning is suspended', async () => {
    await lake.bucket('suspended', 'Enabled')
    const kept = await lake.put('suspended', 'k', 'kept')
    await lake.store.buckets.setVersioning(accountId, 'suspended', 'Suspended')
    await lake.put('suspended', 'k', 'null 1')
    await lake.put('suspended', 'k', 'null 2')
    assert.equal(await lake.text('suspended', 'k'), 'null 2')
    const marker = await lake.store.remove({ accountId, bucket: 'suspended', key: 'k' })
    assert.equal(marker.versionId, 'null')
    assert.equal(await lake.text('suspended', 'k', kept.version_id), 'kept')
    const page = await lake.store.listVersions({
      accountId,
      bucket: 'suspended',
      prefix: '',
      limit: 9,
    })
    assert.deepEqual(
      page.entries.map((entry) => [entry.row!.version_id, entry.row!.delete_marker]),
      [
        ['null', 1],
        [kept.version_id, 0],
      ],
    )
  })

  it('orders versions when the clock goes back', async () => {
    await lake.bucket('clock', 'Enabled')
    await lake.put('clock', 'k', 'before')
    clock.advance(-60_000)
    await lake.put('clock', 'k', 'after')
    assert.equal(await lake.text('clock', 'k'), 'after')
    clock.advance(60_000)
  })

  it('lists by UTF-8 order, with delimiters, in pages of every size', async () => {
    await lake.bucket('list')
    const keys = ['a', 'a/1', 'a/2', 'a/b/3', 'a0', 'b//x', 'b/y', '￿', '\u{1f600}', 'é', 'z/']
    for (const key of keys) await lake.put('list', key, key)
    const walk = async (prefix: string, delimiter: string | undefined, limit: number) => {
      const seen: string[] = []
      for (let after: string | undefined; ;) {
        const page = await lake.store.list({
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

  it('writes under conditions', async () => {
    await lake.bucket('conditions')
    const attributes = {}
    const write = (conditions: { ifMatch?: string; ifNoneMatch?: string }) =>
      lake.store.putObject(
        { accountId, bucket: 'conditions', key: 'k', attributes, conditions },
        Buffer.from('x'),
      )
    await assert.rejects(write({ ifMatch: '"abc"' }), (error) => isLakeError(error, 'NoSuchKey'))
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => write({ ifNoneMatch: '*' })),
    )
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1)
    const { etag } = await lake.store.find({ accountId, bucket: 'conditions', key: 'k' })
    await write({ ifMatch: `"${etag}"` })
    await assert.rejects(write({ ifMatch: '"abc"' }), (error) =>
      isLakeError(error, 'PreconditionFailed'),
    )
  })

  it('refuses to delete a bucket with a version left, and takes uploads along', async () => {
    await lake.bucket('full', 'Enabled')
    const row = await lake.put('full', 'k', 'x')
    await assert.rejects(lake.store.buckets.delete(accountId, 'full'), (error) =>
      isLakeError(error, 'BucketNotEmpty'),
    )
    await lake.store.remove({ accountId, bucket: 'full', key: 'k', versionId: row.version_id })
    const upload = await lake.store.uploads.create({
      accountId,
      bucket: 'full',
      key: 'k',
      initiator: 'me',
      attributes: {},
      checksum: { algorithm: 'CRC32', type: 'COMPOSITE' },
      checksumAsked: true,
    })
    const ref = { accountId, bucket: 'full', key: 'k', uploadId: upload.upload_id }
    await lake.store.uploads.putPart(ref, { partNumber: 1 }, Buffer.from('x'))
    const blobs = await lake.settled()
    await lake.store.buckets.delete(accountId, 'full')
    assert.equal(await lake.settled(), blobs - 1)
  })
})
