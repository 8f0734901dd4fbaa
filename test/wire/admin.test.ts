import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { IAMClient, CreateAccessKeyCommand, CreateUserCommand } from '@aws-sdk/client-iam'
import { CreateStreamCommand, KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis'
import { startLake, testCredentials, type TestLake } from '#test/harness'
import { callAdmin } from '../../src/cli/admin-client.ts'

describe('the administrative door', () => {
  let lake: TestLake
  const root = { accountId: '123456789012', ...testCredentials }
  const reset = (credentials = root) =>
    callAdmin(lake.endpoint, credentials, { method: 'POST', path: 'reset' })

  before(async () => {
    lake = await startLake()
  })
  after(() => lake.stop())

  it('tells anybody that it is ready', async () => {
    const answer = await fetch(`${lake.endpoint}/_boathouse/health`)
    assert.equal(answer.status, 200)
    assert.equal(((await answer.json()) as { status: string }).status, 'ready')
  })

  it('refuses everything else without a signature', async () => {
    for (const [method, path] of [
      ['POST', 'reset'],
      ['GET', 'accounts'],
      ['POST', 'accounts'],
      ['GET', 'usage'],
      ['GET', 'metrics'],
    ] as const) {
      const answer = await fetch(`${lake.endpoint}/_boathouse/${path}`, { method })
      assert.equal(answer.status, 403, `${method} ${path}`)
    }
  })

  it('tells each account what its own buckets hold', async () => {
    const s3 = lake.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket: 'measured' }))
    const object = { Bucket: 'measured', Key: 'a', Body: 'five!' }
    await s3.send(new PutObjectCommand({ ...object, StorageClass: 'STANDARD_IA' }))
    const usage = async (credentials: typeof root) => {
      const call = { method: 'GET', path: 'usage' } as const
      const { buckets } = await callAdmin<{ buckets: { bucket: string; bytes: number }[] }>(
        lake.endpoint,
        credentials,
        call,
      )
      return buckets.filter(({ bucket }) => bucket === 'measured')
    }
    const figures = { objects: 1, bytes: 5, noncurrentVersions: 0, noncurrentBytes: 0 }
    assert.deepEqual(await usage(root), [
      {
        bucket: 'measured',
        ...figures,
        deleteMarkers: 0,
        uploads: 0,
        uploadBytes: 0,
        classes: [{ storageClass: 'STANDARD_IA', ...figures }],
      },
    ])
    const other = await lake.addAccount('888888888888')
    assert.deepEqual(await usage({ accountId: '888888888888', ...other }), [])
  })

  it('refuses a wrong key, and a user who is not root', async () => {
    await assert.rejects(reset({ ...root, secretAccessKey: 'wrong' }), /signature/i)
    const iam = lake.client(IAMClient)
    await iam.send(new CreateUserCommand({ UserName: 'dana' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'dana' }))
    await assert.rejects(
      reset({
        accountId: root.accountId,
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      }),
      /only the root/,
    )
  })

  it('empties an ephemeral server at once, and keeps the root key', async () => {
    const s3 = lake.client(S3Client)
    const kinesis = lake.client(KinesisClient)
    await s3.send(new CreateBucketCommand({ Bucket: 'soon-gone' }))
    await kinesis.send(new CreateStreamCommand({ StreamName: 'soon-gone', ShardCount: 1 }))
    await reset()
    assert.deepEqual((await s3.send(new ListBucketsCommand({}))).Buckets ?? [], [])
    assert.deepEqual((await kinesis.send(new ListStreamsCommand({}))).StreamNames, [])
    await s3.send(new CreateBucketCommand({ Bucket: 'soon-gone' }))
  })

  it('names what it does not know', async () => {
    await assert.rejects(
      callAdmin(lake.endpoint, root, { method: 'GET', path: 'nothing' }),
      /there is no GET \/nothing/,
    )
    await assert.rejects(
      callAdmin(lake.endpoint, root, {
        method: 'POST',
        path: 'accounts',
        body: { accountId: '12' },
      }),
      /12 digits/,
    )
  })
})
