// The JavaScript S3 client as it comes, with the transfer manager of lib-storage.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  paginateListObjectsV2,
  waitUntilBucketExists,
  waitUntilObjectNotExists,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'

const Bucket = process.argv[2]!
// Path style, which an endpoint by number needs, is not in the environment.
const s3 = new S3Client({ forcePathStyle: true })
await s3.send(new CreateBucketCommand({ Bucket }))
await waitUntilBucketExists({ client: s3, maxWaitTime: 30 }, { Bucket })

// A stream of unknown length, in parts, with a checksum over the whole.
const body = randomBytes(17 * 1024 * 1024)
const Key = 'a key/ü+.bin'
const upload = new Upload({
  client: s3,
  partSize: 5 * 1024 * 1024,
  params: {
    Bucket,
    Key,
    Body: Readable.from(chunks(body)),
    ChecksumAlgorithm: 'CRC64NVME',
    ContentType: 'application/x-lake',
  },
})
let progress = 0
upload.on('httpUploadProgress', ({ loaded = 0 }) => (progress = Math.max(progress, loaded)))
const done = await upload.done()
assert.match(done.ETag!, /-4"$/)
assert.equal(progress, body.length)
const found = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
assert.equal(found.ContentType, 'application/x-lake')
assert.equal(found.ChecksumType, 'FULL_OBJECT')
assert.ok(body.equals(await found.Body!.transformToByteArray()))
const attributes = await s3.send(
  new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ObjectParts', 'ObjectSize'] }),
)
assert.equal(attributes.ObjectParts?.TotalPartsCount, 4)
const part = await s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 4 }))
assert.ok((await part.Body!.transformToByteArray()).length === body.length - 15 * 1024 * 1024)

// An upload that is given up leaves nothing.
const abandoned = new Upload({
  client: s3,
  params: { Bucket, Key: 'abandoned', Body: Readable.from(chunks(body)) },
})
abandoned.on('httpUploadProgress', () => void abandoned.abort())
await assert.rejects(abandoned.done())
await waitUntilObjectNotExists({ client: s3, maxWaitTime: 30 }, { Bucket, Key: 'abandoned' })

// Whoever was first wins.
const first = { Bucket, Key: 'first', IfNoneMatch: '*' }
await s3.send(new PutObjectCommand({ ...first, Body: '1' }))
await assert.rejects(
  s3.send(new PutObjectCommand({ ...first, Body: '2' })),
  (error) => error instanceof S3ServiceException && error.name === 'PreconditionFailed',
)

await s3.send(
  new CopyObjectCommand({
    Bucket,
    Key: 'copy',
    CopySource: `${Bucket}/${encodeURIComponent(Key)}`,
  }),
)
const keys: string[] = []
for await (const page of paginateListObjectsV2({ client: s3, pageSize: 2 }, { Bucket })) {
  keys.push(...page.Contents!.map((entry) => entry.Key!))
}
assert.deepEqual(keys, [Key, 'copy', 'first'])
const Objects = keys.map((name) => ({ Key: name }))
const deleted = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
assert.equal(deleted.Deleted?.length, 3)
await s3.send(new DeleteBucketCommand({ Bucket }))
s3.destroy()
process.stdout.write('ok\n')

function* chunks(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 777_777) yield bytes.subarray(at, at + 777_777)
}
