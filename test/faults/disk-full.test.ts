import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis'
import { CreateDatabaseCommand, GetDatabasesCommand, GlueClient } from '@aws-sdk/client-glue'
import { poll, spawnServer, testCredentials, type ServerProcess } from '#test/harness'

/** A disk of its own, small enough to fill; only root may mount one, and only Linux has tmpfs. */
const mount = (folder: string) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder]).status === 0
const unmount = (folder: string) => spawnSync('umount', ['-l', folder])

describe('a full disk', () => {
  let folder: string
  let mounted = false
  let server: ServerProcess
  const args = ['--disk-reserve-mib', '24']
  const bytes = Buffer.alloc(1024 * 1024, 'x')

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-full-'))
    mounted = mount(folder)
    if (mounted) server = await spawnServer({ dataDir: folder, args })
  })
  after(async () => {
    if (mounted) {
      await server.kill()
      unmount(folder)
    }
    await rm(folder, { recursive: true, force: true })
  })

  it('refuses writes with a clear error, goes on reading, and writes again when there is space', async (t) => {
    if (!mounted) return t.skip('not run: this user may not mount a tmpfs')
    const options = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: testCredentials,
      maxAttempts: 1,
      forcePathStyle: true,
    }
    const s3 = new S3Client(options)
    const kinesis = new KinesisClient(options)
    const glue = new GlueClient(options)
    const Bucket = 'filling'
    await s3.send(new CreateBucketCommand({ Bucket }))
    await kinesis.send(new CreateStreamCommand({ StreamName: 'filling', ShardCount: 1 }))
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'before' } }))
    const put = (Key: string, Body: Buffer = bytes) =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body }))
    const send = () =>
      kinesis.send(
        new PutRecordsCommand({
          StreamName: 'filling',
          Records: Array.from({ length: 4 }, () => ({
            PartitionKey: 'k',
            Data: bytes.subarray(0, 200_000),
          })),
        }),
      )

    const kept: string[] = []
    const refusal = await (async () => {
      for (let index = 0; index < 100; index++) {
        try {
          await put(`object-${index}`)
          kept.push(`object-${index}`)
        } catch (error) {
          return error as { name: string; $metadata: { httpStatusCode: number } }
        }
      }
      return undefined
    })()
    assert.ok(refusal, 'the disk was filled')
    assert.equal(refusal.name, 'InsufficientStorage')
    assert.equal(refusal.$metadata.httpStatusCode, 507)
    // What is left is filled too, so that nothing else fits: neither records nor rows.
    let acknowledged = 0
    await assert.rejects(async () => {
      for (let index = 0; index < 200; index++) {
        await send()
        acknowledged += 4
      }
    })
    for (let index = 0, misses = 0; misses < 3 && index < 10_000; index++) {
      await put(`small-${index}`, bytes.subarray(0, 2000)).then(
        () => kept.push(`small-${index}`),
        () => misses++,
      )
    }

    assert.equal(
      (await s3.send(new GetObjectCommand({ Bucket, Key: kept[0]! }))).ContentLength,
      bytes.length,
    )
    const databases = await glue.send(new GetDatabasesCommand({}))
    assert.equal(databases.DatabaseList?.length, 1)

    for (let at = 0; at < kept.length - 1; at += 500) {
      const names = kept.slice(at, Math.min(at + 500, kept.length - 1)).map((Key) => ({ Key }))
      await poll('room for a deletion', () =>
        s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: names } })).then(
          (answer) => (answer.Errors?.length ?? 0) === 0,
          () => false,
        ),
      )
    }
    await poll('room for an object', () =>
      put('afterwards').then(
        () => true,
        () => false,
      ),
    )
    await send()
    acknowledged += 4
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'after' } }))

    await server.kill()
    server = await spawnServer({ dataDir: folder, args })
    const again = { ...options, endpoint: server.endpoint }
    const listed = await new S3Client(again).send(new ListObjectsV2Command({ Bucket }))
    assert.deepEqual(
      listed.Contents?.map((object) => object.Key),
      ['afterwards', kept.at(-1)!].toSorted(),
    )
    const reader = new KinesisClient(again)
    const { ShardIterator } = await reader.send(
      new GetShardIteratorCommand({
        StreamName: 'filling',
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    )
    let count = 0
    let iterator = ShardIterator
    for (let page = 0; page < 100 && count < acknowledged; page++) {
      const records = await reader.send(new GetRecordsCommand({ ShardIterator: iterator }))
      count += records.Records!.length
      iterator = records.NextShardIterator
    }
    assert.equal(count, acknowledged)
  })
})
