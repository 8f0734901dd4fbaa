import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import * as iam from '@aws-sdk/client-iam'
import * as sdk from '@aws-sdk/client-kinesis'
import * as kms from '@aws-sdk/client-kms'
import { ManualClock } from '#kit'
import { startLake, type TestLake } from '../harness/index.ts'

const text = 'find-me-if-you-can'

/** https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html */
describe('Kinesis encryption at rest', () => {
  const clock = new ManualClock(Date.now())
  let folder: string
  let lake: TestLake
  let client: sdk.KinesisClient
  let keys: kms.KMSClient

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-kinesis-encryption-'))
    lake = await startLake({ ephemeral: false, dataDir: folder }, { clock })
    client = lake.client(sdk.KinesisClient)
    keys = lake.client(kms.KMSClient)
  })

  after(async () => {
    await lake.stop()
    await rm(folder, { recursive: true })
  })

  const put = (StreamName: string, data: string, by = client) =>
    by.send(new sdk.PutRecordCommand({ StreamName, PartitionKey: 'k', Data: Buffer.from(data) }))
  const read = async (StreamName: string, by = client) => {
    const { ShardIterator } = await by.send(
      new sdk.GetShardIteratorCommand({
        StreamName,
        ShardId: '0',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    )
    const { Records } = await by.send(new sdk.GetRecordsCommand({ ShardIterator }))
    return Records!.map((each) => [Buffer.from(each.Data!).toString(), each.EncryptionType])
  }
  const start = (StreamName: string, KeyId: string) =>
    client.send(new sdk.StartStreamEncryptionCommand({ StreamName, KeyId, EncryptionType: 'KMS' }))
  const onDisk = async (): Promise<Buffer> => {
    const root = join(folder, 'streams')
    const files = await readdir(root, { recursive: true, withFileTypes: true })
    const paths = files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
    return Buffer.concat(await Promise.all(paths.map((path) => readFile(path))))
  }

  it('lies sealed, is read as it was put, and says of each record what it is', async () => {
    const StreamName = 'sealed'
    await client.send(new sdk.CreateStreamCommand({ StreamName, ShardCount: 1 }))
    await put(StreamName, 'before')
    await start(StreamName, 'alias/aws/kinesis')
    assert.equal((await put(StreamName, text)).EncryptionType, 'KMS')
    const Records = [{ PartitionKey: 'a', Data: Buffer.from(`${text} again`) }]
    await client.send(new sdk.PutRecordsCommand({ StreamName, Records }))
    await client.send(
      new sdk.StopStreamEncryptionCommand({
        StreamName,
        KeyId: 'alias/aws/kinesis',
        EncryptionType: 'KMS',
      }),
    )
    await put(StreamName, 'after')
    assert.deepEqual(await read(StreamName), [
      ['before', 'NONE'],
      [text, 'KMS'],
      [`${text} again`, 'KMS'],
      ['after', 'NONE'],
    ])
    const bytes = await onDisk()
    assert.ok(bytes.includes('before') && bytes.includes('after'))
    assert.ok(!bytes.includes(text))
  })

  it('needs its key: what is disabled, missing or not allowed is refused', async () => {
    const StreamName = 'guarded'
    await client.send(new sdk.CreateStreamCommand({ StreamName, ShardCount: 1 }))
    await assert.rejects(start(StreamName, '11111111-2222-3333-4444-555555555555'), {
      name: 'KMSNotFoundException',
    })
    const { KeyMetadata } = await keys.send(new kms.CreateKeyCommand({}))
    const KeyId = KeyMetadata!.Arn!
    await start(StreamName, KeyId)
    await put(StreamName, text)

    const user = lake.client(iam.IAMClient)
    await user.send(new iam.CreateUserCommand({ UserName: 'producer' }))
    const allow = (Action: string[], Resource = '*') =>
      user.send(
        new iam.PutUserPolicyCommand({
          UserName: 'producer',
          PolicyName: 'own',
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action, Resource }],
          }),
        }),
      )
    await allow(['kinesis:*'])
    const { AccessKey } = await user.send(new iam.CreateAccessKeyCommand({ UserName: 'producer' }))
    const credentials = {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    }
    const producer = lake.client(sdk.KinesisClient, { credentials })
    await assert.rejects(put(StreamName, 'x', producer), { name: 'KMSAccessDeniedException' })
    await assert.rejects(read(StreamName, producer), { name: 'KMSAccessDeniedException' })
    await allow(['kinesis:*', 'kms:GenerateDataKey'])
    await put(StreamName, 'y', producer)
    await assert.rejects(read(StreamName, producer), { name: 'KMSAccessDeniedException' })
    await allow(['kinesis:*', 'kms:Decrypt'])
    assert.equal((await read(StreamName, producer)).length, 2)

    await keys.send(new kms.DisableKeyCommand({ KeyId }))
    clock.advance(301_000)
    await assert.rejects(put(StreamName, 'z'), { name: 'KMSDisabledException' })
    await assert.rejects(read(StreamName), { name: 'KMSDisabledException' })
    await keys.send(new kms.EnableKeyCommand({ KeyId }))
    assert.deepEqual(
      (await read(StreamName)).map(([data]) => data),
      [text, 'y'],
    )
  })
})
