import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TemporaryStore } from '../temporary-store.fixture.ts'

const accountId = '111122223333'

describe('what buckets hold', () => {
  const lake = new TemporaryStore()

  const make = (name: string) => lake.store.buckets.create({ accountId, region: 'us-east-1', name })
  const put = (bucket: string, key: string, size: number, storageClass = 'STANDARD') =>
    lake.store.putObject(
      { accountId, bucket, key, attributes: { storageClass } },
      Buffer.alloc(size),
    )
  const of = async (bucket: string) =>
    (await lake.store.usage(accountId)).find((found) => found.bucket === bucket)!
  const none = { objects: 0, bytes: 0, noncurrentVersions: 0, noncurrentBytes: 0 }

  it('is right after puts, replacements and deletions', async () => {
    await make('plain')
    assert.deepEqual(await of('plain'), {
      bucket: 'plain',
      ...none,
      deleteMarkers: 0,
      uploads: 0,
      uploadBytes: 0,
      classes: [],
    })
    await put('plain', 'a', 10)
    await put('plain', 'b', 20, 'GLACIER')
    await put('plain', 'a', 5)
    const { classes, ...sums } = await of('plain')
    assert.deepEqual([sums.objects, sums.bytes], [2, 25])
    assert.deepEqual(classes, [
      { ...none, storageClass: 'GLACIER', objects: 1, bytes: 20 },
      { ...none, storageClass: 'STANDARD', objects: 1, bytes: 5 },
    ])
    await lake.store.delete({ accountId, bucket: 'plain', key: 'b' })
    assert.equal((await of('plain')).objects, 1)
    assert.deepEqual(await lake.store.recount(), [])
  })

  it('tells versions, delete markers and uploads apart', async () => {
    await make('versioned')
    await lake.store.buckets.setVersioning(accountId, 'versioned', 'Enabled')
    for (const size of [1, 2, 4]) await put('versioned', 'a', size)
    await put('versioned', 'b', 8)
    await lake.store.delete({ accountId, bucket: 'versioned', key: 'a' })
    const upload = await lake.store.uploads.create({
      accountId,
      bucket: 'versioned',
      key: 'c',
      initiator: 'arn',
      attributes: {},
      checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' },
      checksumAsked: false,
    })
    const ref = { accountId, bucket: 'versioned', key: 'c', uploadId: upload.upload_id }
    for (const partNumber of [1, 2]) {
      await lake.store.uploads.putPart(ref, { partNumber }, Buffer.alloc(100))
    }
    const { classes: _, bucket: __, ...sums } = await of('versioned')
    assert.deepEqual(sums, {
      objects: 1,
      bytes: 8,
      noncurrentVersions: 3,
      noncurrentBytes: 7,
      deleteMarkers: 1,
      uploads: 1,
      uploadBytes: 200,
    })
    assert.deepEqual(await lake.store.recount(), [])
  })

  it('goes with the bucket, and is nobody else’s', async () => {
    await make('leaving')
    await put('leaving', 'a', 1)
    await lake.store.delete({ accountId, bucket: 'leaving', key: 'a' })
    await lake.store.buckets.delete(accountId, 'leaving')
    assert.equal(await of('leaving'), undefined)
    assert.deepEqual(await lake.store.usage('999999999999'), [])
  })

  it('is counted anew where it is wrong', async () => {
    await make('wrong')
    await put('wrong', 'a', 3)
    await lake.database.transaction(async (tx) => {
      await tx
        .tables<{ object_usage: { bucket: string; objects: number } }>()
        .updateTable('object_usage')
        .set({ objects: 7 })
        .where('bucket', '=', 'wrong')
        .execute()
    })
    assert.deepEqual(await lake.store.recount(), ['wrong'])
    assert.equal((await of('wrong')).objects, 7)
    assert.deepEqual(await lake.store.recount({ repair: true }), ['wrong'])
    assert.equal((await of('wrong')).objects, 1)
    assert.deepEqual(await lake.store.recount(), [])
  })
})
