import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { after, before, describe, it } from 'node:test'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutBucketTaggingCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
for (const host of [
  'localhost',
  's3.localhost',
  's3.us-east-1.lake.example',
  's3-us-east-1.lake',
]) {
  describe(`S3 with the bucket in the host name, at ${host}`, () => {
    const Bucket = 'by.host-name'
    let lake: TestLake
    let s3: S3Client

    before(async () => {
      lake = await startLake()
      // Every name leads to the lake, as the names of a real domain would.
      const agent = new Agent({
        lookup: (_name, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]),
      })
      s3 = lake.client(S3Client, {
        endpoint: `http://${host}:${lake.port}`,
        forcePathStyle: false,
        requestHandler: { httpAgent: agent },
      })
    })
    after(() => lake.stop())

    it('does what it does by path', async () => {
      await s3.send(new CreateBucketCommand({ Bucket }))
      await s3.send(new HeadBucketCommand({ Bucket }))
      await s3.send(new GetBucketLocationCommand({ Bucket }))
      const keys = ['a/b', 'by.host-name', 'x y+ü', '//', 'parts', 'copy']
      for (const Key of keys.slice(0, 4)) {
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
        assert.equal(await Body!.transformToString(), Key)
      }
      const ref = { Bucket, Key: 'parts' }
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand(ref))
      const part = { ...ref, UploadId, PartNumber: 1 }
      const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: 'part' }))
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
      await s3.send(new CompleteMultipartUploadCommand({ ...ref, UploadId, MultipartUpload }))
      await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/parts` }))
      const first = await s3.send(new ListObjectsCommand({ Bucket }))
      const second = await s3.send(new ListObjectsV2Command({ Bucket }))
      const versions = await s3.send(new ListObjectVersionsCommand({ Bucket }))
      for (const list of [first.Contents, second.Contents, versions.Versions]) {
        assert.deepEqual(list!.map(({ Key }) => Key).toSorted(), keys.toSorted())
      }
      const TagSet = [{ Key: 'a', Value: 'b' }]
      await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
      assert.deepEqual((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, TagSet)
      const Objects = keys.map((Key) => ({ Key }))
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
      await rejects(s3.send(new HeadObjectCommand({ Bucket, Key: 'copy' })), 'NotFound', 404)
      assert.equal((await s3.send(new ListBucketsCommand({}))).Buckets?.length, 1)
      await s3.send(new DeleteBucketCommand({ Bucket }))
      await rejects(s3.send(new HeadBucketCommand({ Bucket })), 'NotFound', 404)
    })
  })
}
