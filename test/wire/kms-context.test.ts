import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
  StartStreamEncryptionCommand,
} from '@aws-sdk/client-kinesis'
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ReEncryptCommand,
} from '@aws-sdk/client-kms'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '../harness/index.ts'
import { createUser } from '../harness/user.ts'

/* https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context */
describe('conditions on the encryption context of KMS', () => {
  let lake: TestLake
  let iam: IAMClient
  let kms: KMSClient
  let KeyId: string
  let credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }

  before(async () => {
    lake = await startLake()
    iam = lake.client(IAMClient)
    kms = lake.client(KMSClient)
    KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!
    credentials = await createUser(iam, 'user')
  })
  after(() => lake.stop())

  const allow = (...Statement: object[]) =>
    iam.send(
      new PutUserPolicyCommand({
        UserName: 'user',
        PolicyName: 'own',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: ['s3:*', 'kinesis:*'], Resource: '*' },
            ...Statement.map((each) => ({ Effect: 'Allow', Resource: KeyId, ...each })),
          ],
        }),
      }),
    )
  const keyPolicy = (...Statement: object[]) =>
    kms.send(
      new PutKeyPolicyCommand({
        KeyId,
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${lake.accountId}:root` },
              Action: 'kms:*',
              Resource: '*',
            },
            ...Statement.map((each) => ({ Principal: { AWS: '*' }, Resource: '*', ...each })),
          ],
        }),
      }),
    )
  const Plaintext = Buffer.from('plain')
  const denied = { name: 'AccessDeniedException' }

  it('decide about direct calls, by values and by names', async () => {
    const own = lake.client(KMSClient, { credentials })
    const encrypt = (EncryptionContext?: Record<string, string>) =>
      own.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }))
    await allow({
      Action: ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:Decrypt'],
      Condition: { StringEquals: { 'kms:EncryptionContext:team': 'red' } },
    })
    await encrypt({ team: 'red' })
    const { CiphertextBlob } = await encrypt({ team: 'red', more: 'x' })
    await assert.rejects(encrypt({ team: 'blue' }), denied)
    await assert.rejects(encrypt(), denied)
    await own.send(
      new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: { team: 'red' } }),
    )
    const more = { team: 'red', more: 'x' }
    await own.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: more }))
    await assert.rejects(
      own.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { team: 'blue' } })),
      denied,
    )

    await allow({
      Action: 'kms:Encrypt',
      Condition: { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['team', 'app'] } },
    })
    await encrypt({ team: 'red', app: 'x' })
    await assert.rejects(encrypt({ team: 'red', other: 'x' }), denied)

    await allow({ Action: 'kms:Encrypt' })
    await keyPolicy({
      Effect: 'Deny',
      Action: 'kms:Encrypt',
      Condition: { Null: { 'kms:EncryptionContext:team': 'true' } },
    })
    await encrypt({ team: 'blue' })
    await assert.rejects(encrypt({ app: 'x' }), denied)
    await keyPolicy()
  })

  it('tell the two contexts of ReEncrypt apart', async () => {
    const own = lake.client(KMSClient, { credentials })
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId, Plaintext, EncryptionContext: { at: 'old' } }),
    )
    const to = (at: string) =>
      own.send(
        new ReEncryptCommand({
          CiphertextBlob,
          SourceEncryptionContext: { at: 'old' },
          DestinationKeyId: KeyId,
          DestinationEncryptionContext: { at },
        }),
      )
    const at = (value: string) => ({ StringEquals: { 'kms:EncryptionContext:at': value } })
    await allow(
      { Action: 'kms:ReEncryptFrom', Condition: at('old') },
      { Action: 'kms:ReEncryptTo', Condition: at('new') },
    )
    await to('new')
    await assert.rejects(to('old'), denied)
    await allow(
      { Action: 'kms:ReEncryptFrom', Condition: at('new') },
      { Action: 'kms:ReEncryptTo', Condition: at('new') },
    )
    await assert.rejects(to('new'), denied)
  })

  it('are those of S3 where it uses the key', async () => {
    const Bucket = 'sealed'
    await lake.client(S3Client).send(new CreateBucketCommand({ Bucket }))
    const s3 = lake.client(S3Client, { credentials })
    const put = (Key: string) =>
      s3.send(
        new PutObjectCommand({
          Bucket,
          Key,
          Body: 'x',
          ServerSideEncryption: 'aws:kms',
          SSEKMSKeyId: KeyId,
        }),
      )
    await allow({
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Condition: {
        StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
        StringLike: { 'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${Bucket}/mine/*` },
      },
    })
    await put('mine/a')
    await s3.send(new GetObjectCommand({ Bucket, Key: 'mine/a' }))
    await assert.rejects(put('yours/a'), { name: 'AccessDenied' })
    const root = lake.client(S3Client)
    const sealed = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyId } as const
    await root.send(
      new CopyObjectCommand({ Bucket, Key: 'yours/b', CopySource: `${Bucket}/mine/a`, ...sealed }),
    )
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'yours/b' })), {
      name: 'AccessDenied',
    })
    // The permission is for uses by S3: the user cannot use the key himself.
    const own = lake.client(KMSClient, { credentials })
    const context = { 'aws:s3:arn': `arn:aws:s3:::${Bucket}/mine/a` }
    await assert.rejects(
      own.send(
        new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: context }),
      ),
      denied,
    )
  })

  it('are those of Kinesis where it uses the key', async () => {
    const root = lake.client(KinesisClient)
    for (const StreamName of ['mine', 'yours']) {
      await root.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
      await root.send(
        new StartStreamEncryptionCommand({ StreamName, KeyId, EncryptionType: 'KMS' }),
      )
    }
    const kinesis = lake.client(KinesisClient, { credentials })
    await allow({
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Condition: {
        StringEquals: {
          'kms:EncryptionContext:aws:kinesis:arn': `arn:aws:kinesis:us-east-1:${lake.accountId}:stream/mine`,
        },
      },
    })
    const put = (StreamName: string, by = kinesis) =>
      by.send(new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: Buffer.from('x') }))
    const read = async (StreamName: string) => {
      const { ShardIterator } = await kinesis.send(
        new GetShardIteratorCommand({
          StreamName,
          ShardId: 'shardId-000000000000',
          ShardIteratorType: 'TRIM_HORIZON',
        }),
      )
      return kinesis.send(new GetRecordsCommand({ ShardIterator }))
    }
    await put('mine')
    assert.equal((await read('mine')).Records!.length, 1)
    await assert.rejects(put('yours'), { name: 'KMSAccessDeniedException' })
    await put('yours', root)
    await assert.rejects(read('yours'), { name: 'KMSAccessDeniedException' })
  })
})
