import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'

describe('S3 listings', () => {
  const Bucket = 'listing-under-test'
  const keys = ['a', 'b/1', 'b/2', 'b/sub/3', 'c', 'd e+f&ü.txt', 'z/1']
  let lake: TestLake
  let s3: S3Client
  const v2 = (more = {}) => s3.send(new ListObjectsV2Command({ Bucket, ...more }))
  const v1 = (more = {}) => s3.send(new ListObjectsCommand({ Bucket, ...more }))

  before(async () => {
    lake = await startLake()
    s3 = lake.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket }))
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
  })
  after(() => lake.stop())

  it('lists what is there, with what it is', async () => {
    const page = await v2()
    assert.deepEqual(
      page.Contents?.map(({ Key }) => Key),
      keys,
    )
    assert.equal(page.KeyCount, keys.length)
    assert.equal(page.IsTruncated, false)
    const [first] = page.Contents!
    assert.equal(first!.Size, 1)
    assert.equal(first!.StorageClass, 'STANDARD')
    assert.equal(first!.Owner, undefined)
    assert.deepEqual(first!.ChecksumAlgorithm, ['CRC32'])
    const owned = await v2({ FetchOwner: true })
    assert.match(owned.Contents![0]!.Owner!.ID!, /^[0-9a-f]{64}$/)
  })

  it('folds keys by delimiter, in pages of every size', async () => {
    for (const MaxKeys of [1, 2, 3, 1000]) {
      const contents: (string | undefined)[] = []
      const prefixes: (string | undefined)[] = []
      const pages = paginateListObjectsV2({ client: s3 }, { Bucket, Delimiter: '/', MaxKeys })
      for await (const page of pages) {
        assert.ok((page.KeyCount ?? 0) <= MaxKeys)
        contents.push(...(page.Contents?.map(({ Key }) => Key) ?? []))
        prefixes.push(...(page.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? []))
      }
      assert.deepEqual(contents, ['a', 'c', 'd e+f&ü.txt'])
      assert.deepEqual(prefixes, ['b/', 'z/'])
    }
    const below = await v2({ Prefix: 'b/', Delimiter: '/' })
    assert.deepEqual(
      below.Contents?.map(({ Key }) => Key),
      ['b/1', 'b/2'],
    )
    assert.deepEqual(below.CommonPrefixes, [{ Prefix: 'b/sub/' }])
  })

  it('pages version 1 by marker, with a next marker when there is a delimiter', async () => {
    const first = await v1({ Delimiter: '/', MaxKeys: 2 })
    assert.equal(first.NextMarker, 'b/')
    const next = await v1({ Delimiter: '/', MaxKeys: 2, Marker: first.NextMarker })
    assert.deepEqual(
      next.Contents?.map(({ Key }) => Key),
      ['c', 'd e+f&ü.txt'],
    )
    const plain = await v1({ MaxKeys: 2 })
    assert.equal(plain.IsTruncated, true)
    assert.equal(plain.NextMarker, undefined)
    const rest = await v1({ Marker: 'b/1' })
    assert.deepEqual(
      rest.Contents?.map(({ Key }) => Key),
      keys.slice(2),
    )
  })

  it('starts after a key, encodes when asked, and knows its bounds', async () => {
    const page = await v2({ StartAfter: 'c', EncodingType: 'url' })
    assert.deepEqual(
      page.Contents?.map(({ Key }) => Key),
      ['d%20e%2Bf%26%C3%BC.txt', 'z/1'],
    )
    const none = await v2({ MaxKeys: 0 })
    assert.equal(none.KeyCount, 0)
    assert.equal(none.IsTruncated, false)
    assert.equal((await v2({ MaxKeys: 5000 })).MaxKeys, 1000)
    await rejects(v2({ MaxKeys: -1 }), 'InvalidArgument', 400)
    await rejects(v2({ ContinuationToken: 'nonsense' }), 'InvalidArgument', 400)
    await rejects(v2({ EncodingType: 'none' }), 'InvalidArgument', 400)
    await rejects(v2({ Bucket: 'no-such-bucket-at-all' }), 'NoSuchBucket', 404)
  })

  it('lists versions by delimiter and in pages', async () => {
    const versioned = 'version-listing'
    await s3.send(new CreateBucketCommand({ Bucket: versioned }))
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: versioned,
        VersioningConfiguration: { Status: 'Enabled' },
      }),
    )
    for (const Key of ['a', 'p/1', 'p/2', 'q']) {
      for (const Body of ['1', '2', '3']) {
        await s3.send(new PutObjectCommand({ Bucket: versioned, Key, Body }))
      }
    }
    const list = (more: object) =>
      s3.send(new ListObjectVersionsCommand({ Bucket: versioned, ...more }))
    const seen: string[] = []
    for (let more: object = {}; ;) {
      const page = await list({ MaxKeys: 5, ...more })
      for (const { Key, IsLatest } of page.Versions ?? []) seen.push(`${Key} ${IsLatest}`)
      if (!page.IsTruncated) break
      more = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
    }
    const expected = ['a', 'p/1', 'p/2', 'q'].flatMap((key) => [
      `${key} true`,
      `${key} false`,
      `${key} false`,
    ])
    assert.deepEqual(seen, expected)
    const folded = await list({ Delimiter: '/', MaxKeys: 4 })
    assert.deepEqual(folded.CommonPrefixes, [{ Prefix: 'p/' }])
    assert.equal(folded.NextKeyMarker, 'p/')
    const next = await list({ Delimiter: '/', KeyMarker: 'p/' })
    assert.deepEqual(
      next.Versions?.map(({ Key }) => Key),
      ['q', 'q', 'q'],
    )
    const wrong = list({ VersionIdMarker: 'x' })
    await rejects(wrong, 'InvalidArgument', 400)
  })
})
