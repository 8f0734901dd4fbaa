import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
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
      ['GET', 'metrics'],
    ] as const) {
      const answer = await fetch(`${lake.endpoint}/_boathouse/${path}`, { method })
      assert.equal(answer.status, 403, `${method} ${path}`)
    }
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
