import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  RestoreObjectCommand,
  S3Client,
  type LifecycleRule,
} from '@aws-sdk/client-s3'
import { poll, startLake, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'

const Bucket = 'archives'
const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:told'

interface EventRecord {
  readonly eventName: string
  readonly glacierEventData?: {
    readonly restoreEventData: { readonly lifecycleRestoreStorageClass: string }
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html */
describe('archived objects over the wire', () => {
  const told: EventRecord[] = []
  let lake: TestLake
  let s3: S3Client
  before(async () => {
    lake = await startLake(
      {},
      {
        bucketFunctions: {
          accepts: async () => true,
          invoke: async (_, message) => {
            told.push(...(JSON.parse(message) as { Records: EventRecord[] }).Records)
          },
        },
      },
    )
    s3 = lake.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket }))
  })
  after(() => lake.stop())

  const put = (Key: string, StorageClass?: string) =>
    s3.send(
      new PutObjectCommand({ Bucket, Key, Body: 'bytes', StorageClass: StorageClass as never }),
    )
  const head = (Key: string, VersionId?: string) =>
    s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }))
  const restore = async (Key: string, RestoreRequest: object, VersionId?: string) => {
    const command = new RestoreObjectCommand({ Bucket, Key, RestoreRequest, VersionId })
    return (await s3.send(command)).$metadata.httpStatusCode
  }
  const restored = (Key: string, VersionId?: string) =>
    poll('the restore', async () => {
      const { Restore } = await head(Key, VersionId)
      return Restore?.startsWith('ongoing-request="false"') === true && Restore
    })

  it('are not read before they are restored', async () => {
    await put('frozen', 'GLACIER')
    const { StorageClass, Restore, ContentLength } = await head('frozen')
    assert.deepEqual([StorageClass, Restore, ContentLength], ['GLACIER', undefined, 5])
    const refused = await rejects(
      s3.send(new GetObjectCommand({ Bucket, Key: 'frozen' })),
      'InvalidObjectState',
      403,
    )
    assert.equal((refused as { StorageClass?: string }).StorageClass, 'GLACIER')
    const copy = { Bucket, Key: 'copy', CopySource: `${Bucket}/frozen` }
    const noCopy = await rejects(s3.send(new CopyObjectCommand(copy)), 'InvalidObjectState', 403)
    assert.equal(noCopy.message, "Operation is not valid for the source object's storage class")
    assert.equal(await restore('frozen', { Days: 2, GlacierJobParameters: { Tier: 'Bulk' } }), 202)
    assert.match(
      await restored('frozen'),
      /^ongoing-request="false", expiry-date="\w{3}, \d\d \w{3} \d{4} 00:00:00 GMT"$/,
    )
    const { Body, StorageClass: still } = await s3.send(
      new GetObjectCommand({ Bucket, Key: 'frozen' }),
    )
    assert.equal(await Body!.transformToString(), 'bytes')
    assert.equal(still, 'GLACIER')
    assert.equal(await restore('frozen', { Days: 5 }), 200)
    await s3.send(new CopyObjectCommand({ ...copy, StorageClass: 'STANDARD' }))
    assert.equal((await head('copy')).StorageClass, undefined)
  })

  it('tell functions that they are being restored, and are', async () => {
    const configuration = {
      LambdaFunctionConfigurations: [
        { LambdaFunctionArn: functionArn, Events: ['s3:ObjectRestore:*' as const] },
      ],
    }
    const NotificationConfiguration = configuration
    await s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }),
    )
    await put('told', 'GLACIER')
    await restore('told', { Days: 1 })
    await poll('both events', () => told.length >= 2)
    assert.deepEqual(
      told.map(({ eventName }) => eventName),
      ['ObjectRestore:Post', 'ObjectRestore:Completed'],
    )
    const { restoreEventData } = told[1]!.glacierEventData!
    assert.equal(restoreEventData.lifecycleRestoreStorageClass, 'GLACIER')
    await s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }),
    )
  })

  it('tell of their restore in listings that ask for it', async () => {
    await put('listed', 'DEEP_ARCHIVE')
    await restore('listed', { Days: 1 })
    await restored('listed')
    const list = { Bucket, Prefix: 'listed', OptionalObjectAttributes: ['RestoreStatus' as const] }
    const { Contents = [] } = await s3.send(new ListObjectsV2Command(list))
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand(list))
    for (const object of [Contents[0]!, Versions[0]!]) {
      assert.equal(object.RestoreStatus?.IsRestoreInProgress, false)
      assert.ok(object.RestoreStatus?.RestoreExpiryDate instanceof Date)
    }
    const plain = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'listed' }))
    assert.equal(plain.Contents![0]!.RestoreStatus, undefined)
  })

  it('are restored by version', async () => {
    const versioned = { Status: 'Enabled' as const }
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: versioned }))
    const { VersionId } = await put('versions', 'GLACIER')
    await put('versions')
    assert.equal(await restore('versions', { Days: 1 }, VersionId), 202)
    await restored('versions', VersionId)
    const read = new GetObjectCommand({ Bucket, Key: 'versions', VersionId })
    assert.equal(await (await s3.send(read)).Body!.transformToString(), 'bytes')
    await rejects(restore('versions', { Days: 1 }), 'InvalidObjectState', 403)
  })

  it('refuse restores that are malformed or not there', async () => {
    await put('refusing', 'GLACIER')
    await rejects(restore('refusing', {}), 'MalformedXML', 400)
    await rejects(restore('refusing', { Days: 0 }), 'MalformedXML', 400)
    await rejects(restore('refusing', { Days: 1, Tier: 'Quick' }), 'MalformedXML', 400)
    await rejects(restore('refusing', { Type: 'SELECT' }), 'NotImplemented', 501)
    await rejects(restore('nothing', { Days: 1 }), 'NoSuchKey', 404)
  })

  it('are restored only by those who may', async () => {
    await put('guarded', 'GLACIER')
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:RestoreObject',
      Resource: `arn:aws:s3:::${Bucket}/*`,
    }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    await rejects(restore('guarded', { Days: 1 }), 'AccessDenied', 403)
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }))
    assert.equal(await restore('guarded', { Days: 1 }), 202)
  })

  it('refuse lifecycle rules that AWS refuses', async () => {
    const Filter = { Prefix: '' }
    const rules: readonly (readonly [string, Partial<LifecycleRule>])[] = [
      [
        'InvalidArgument',
        { Transitions: [{ Days: 30, StorageClass: 'GLACIER' }], Expiration: { Days: 30 } },
      ],
      ['InvalidArgument', { Transitions: [{ Days: 29, StorageClass: 'STANDARD_IA' }] }],
      [
        'InvalidArgument',
        { NoncurrentVersionTransitions: [{ NoncurrentDays: 9, StorageClass: 'ONEZONE_IA' }] },
      ],
      [
        'InvalidArgument',
        {
          NoncurrentVersionTransitions: [{ NoncurrentDays: 9, StorageClass: 'GLACIER' }],
          NoncurrentVersionExpiration: { NoncurrentDays: 9 },
        },
      ],
      [
        'InvalidRequest',
        {
          Transitions: [{ Days: 1, StorageClass: 'GLACIER' }],
          Expiration: { Date: new Date('2030-01-01T00:00:00Z') },
        },
      ],
      ['MalformedXML', { Transitions: [{ Days: 1, StorageClass: 'STANDARD' as never }] }],
    ]
    for (const [code, rule] of rules) {
      const Rules = [{ ID: 'rule', Status: 'Enabled' as const, Filter, ...rule }]
      const command = { Bucket, LifecycleConfiguration: { Rules } }
      await rejects(s3.send(new PutBucketLifecycleConfigurationCommand(command)), code, 400)
    }
  })
})
