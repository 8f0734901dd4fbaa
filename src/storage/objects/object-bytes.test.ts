import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { isLakeError } from '#kit'
import { checksumOf } from './checksums.ts'
import { accountId, TemporaryStore } from './temporary-store.fixture.ts'

const lake = new TemporaryStore()

describe('the bytes of objects', () => {
  it('refuses what does not have the checksum that was sent, and keeps nothing of it', async () => {
    await lake.bucket('digests')
    const blobs = await lake.settled()
    const bytes = Buffer.from('123456789')
    for (const expected of [
      { md5: createHash('md5').update('other').digest('base64') },
      { checksums: { CRC32C: await checksumOf('CRC32C', Buffer.from('other')) } },
    ]) {
      await assert.rejects(
        lake.store.putObject(
          { accountId, bucket: 'digests', key: 'k', attributes: {}, expected },
          bytes,
        ),
        (error) => isLakeError(error, 'BadDigest'),
      )
    }
    assert.equal(await lake.settled(), blobs)
    const row = await lake.store.putObject(
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
    await lake.bucket('parts')
    const mebibyte = 1024 * 1024
    const bytes = [
      Buffer.alloc(5 * mebibyte, 'a'),
      Buffer.alloc(5 * mebibyte, 'b'),
      Buffer.from('tail'),
    ]
    const upload = await lake.store.uploads.create({
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
      rows.push(await lake.store.uploads.putPart(ref, { partNumber: index + 1 }, part))
    }
    const parts = rows.slice(1).map((row) => ({ partNumber: row.part_number, etag: row.etag }))
    await assert.rejects(lake.store.uploads.complete(ref, { parts: parts.toReversed() }), (error) =>
      isLakeError(error, 'InvalidPartOrder'),
    )
    await assert.rejects(
      lake.store.uploads.complete(ref, {
        parts: [{ partNumber: 1, etag: rows[0]!.etag }, ...parts],
      }),
      (error) => isLakeError(error, 'EntityTooSmall'),
    )
    await assert.rejects(
      lake.store.uploads.complete(ref, { parts: [{ partNumber: 77, etag: 'x' }] }),
      (error) => isLakeError(error, 'InvalidPart'),
    )
    const version = await lake.store.uploads.complete(ref, { parts })
    const again = await lake.store.uploads.complete(ref, { parts })
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
      const found = await buffer(await lake.store.read(object, { start, end }))
      assert.ok(found.equals(whole.subarray(start, end + 1)), `${start}-${end}`)
    }
    const reading = await lake.store.read(object)
    const file = await lake.store.localFile(object)
    await lake.store.delete(object)
    await lake.store.sweep()
    assert.ok((await buffer(reading)).equals(whole), 'a reader goes on after the deletion')
    assert.ok((await readFile(file.path)).equals(whole))
    await file.release()
    const row = await lake.put('parts', 'plain', 'x')
    assert.equal(row.parts_count, null)
  })

  it('copies: linked when it is one blob, joined when it is many', async () => {
    await lake.bucket('copies')
    const original = await lake.put('copies', 'from', 'content')
    const { copy } = await lake.store.copyObject({
      source: { accountId, bucket: 'copies', key: 'from' },
      accountId,
      bucket: 'copies',
      key: 'to',
      attributes: () => ({ contentType: 'text/x' }),
      algorithm: undefined,
    })
    assert.equal(copy.etag, original.etag)
    await lake.store.delete({ accountId, bucket: 'copies', key: 'from' })
    await lake.store.sweep()
    assert.equal(await lake.text('copies', 'to'), 'content')
    const { copy: rehashed } = await lake.store.copyObject({
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
    await lake.bucket('staged')
    const path = join(lake.store.temporaryFolder, 'out.parquet')
    await writeFile(path, 'rows')
    const target = { accountId, bucket: 'staged', key: 'any' }
    const bytes = await lake.store.stage(Buffer.from('bytes'), target)
    const file = await lake.store.stageFile(path, target)
    const input = { accountId, bucket: 'staged' }
    await assert.rejects(
      lake.database.transaction(async (tx) => {
        await lake.store.publish(tx, { ...input, key: 'bytes', blob: bytes })
        throw new Error('changed my mind')
      }),
    )
    await assert.rejects(lake.text('staged', 'bytes'), (error) => isLakeError(error, 'NoSuchKey'))
    await lake.database.transaction(async (tx) => {
      await lake.store.publish(tx, { ...input, key: 'bytes', blob: bytes })
      await lake.store.publish(tx, { ...input, key: 'file', blob: file })
    })
    assert.equal(await lake.text('staged', 'bytes'), 'bytes')
    assert.equal(await lake.text('staged', 'file'), 'rows')
    const { etag, checksum_algorithm: algorithm } = await lake.store.find({ ...input, key: 'file' })
    assert.match(etag, /^[0-9a-f]{32}-1$/, 'nobody takes it for an MD5')
    assert.equal(algorithm, 'CRC32')
    const { copy } = await lake.store.copyObject({
      source: { ...input, key: 'file' },
      ...input,
      key: 'copy',
      attributes: () => ({}),
    })
    assert.equal(copy.etag, createHash('md5').update('rows').digest('hex'))
    assert.equal(await lake.text('staged', 'copy'), 'rows')
    const local = await lake.store.localFile({ ...input, key: 'file' })
    await lake.store.delete({ ...input, key: 'file' })
    await lake.store.sweep()
    assert.equal(await readFile(local.path, 'utf8'), 'rows')
    await local.release()
    await assert.rejects(lake.store.localFile({ ...input, key: 'file' }))
  })

  it('makes what is small durable with its row, where that is wanted', async () => {
    await lake.bucket('with-row')
    const input = { accountId, bucket: 'with-row' }
    const stage = (key: string, content: string) =>
      lake.store.stage(Buffer.from(content), { ...input, key, withRow: true })
    const small = await stage('small', 'bytes')
    assert.ok(small.inlined)
    const large = await stage('large', 'x'.repeat(100_000))
    assert.equal(large.inlined, undefined)
    await assert.rejects(
      lake.database.transaction(async (tx) => {
        await lake.store.publish(tx, { ...input, key: 'small', blob: small })
        throw new Error('changed my mind')
      }),
    )
    await assert.rejects(lake.text('with-row', 'small'), (error) => isLakeError(error, 'NoSuchKey'))
    await lake.database.optimistic(async (tx) => {
      await lake.store.publish(tx, { ...input, key: 'small', blob: small })
      await lake.store.publish(tx, { ...input, key: 'large', blob: large })
    })
    await lake.store.discard(await stage('given up', 'never'))
    await lake.close()
    await lake.open()
    assert.equal(await lake.text('with-row', 'small'), 'bytes')
    assert.equal((await lake.text('with-row', 'large')).length, 100_000)
    const replaced = await stage('small', 'others')
    await lake.database.optimistic(async (tx) => {
      await lake.store.publish(tx, { ...input, key: 'small', blob: replaced })
    })
    assert.equal(await lake.text('with-row', 'small'), 'others')
    const before = await lake.settled()
    await lake.store.delete({ ...input, key: 'small' })
    assert.equal(await lake.settled(), before - 1)
  })

  it('opens the bytes that are chosen by what the object is', async () => {
    await lake.bucket('chosen')
    const content = Buffer.from('0123456789'.repeat(60_000))
    for (const length of [0, 1, 10, 20_000, content.length]) {
      const ref = { accountId, bucket: 'chosen', key: `of ${length}` }
      await lake.store.putObject({ ...ref, attributes: {} }, content.subarray(0, length))
      for (const [start, end] of [
        [0, length - 1],
        [0, 0],
        [length - 1, length - 1],
        [5, length - 5],
      ] as const) {
        if (end < start && length > 0) continue
        if (start < 0 || start > length) continue
        const { info, body } = await lake.store.open(ref, ({ sizeBytes }) => {
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

  it('sweeps what a former run staged, and only that', async () => {
    await lake.bucket('sweep')
    await lake.put('sweep', 'kept', 'kept')
    const blobs = await lake.settled()
    const target = { accountId, bucket: 'sweep', key: 'fresh' }
    await lake.store.stage(Buffer.from('never published'), target)
    assert.equal(await lake.settled(), blobs + 1, 'what this run staged is left alone')
    await lake.close()
    await lake.open()
    const fresh = await lake.store.stage(Buffer.from('fresh'), target)
    assert.equal(await lake.settled(), blobs + 1)
    await lake.database.transaction((tx) =>
      lake.store.publish(tx, { accountId, bucket: 'sweep', key: 'fresh', blob: fresh }),
    )
    assert.equal(await lake.text('sweep', 'fresh'), 'fresh')
    assert.equal(await lake.text('sweep', 'kept'), 'kept')
  })
})
