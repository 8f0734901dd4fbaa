import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  DeleteObjectsCommand,
  GetBucketNotificationConfigurationCommand,
  ListBucketsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
  type Event,
  type FilterRule,
  type NotificationConfiguration,
} from '@aws-sdk/client-s3'
import { poll, startLake, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'

interface EventRecord {
  readonly eventName: string
  readonly eventTime: string
  readonly eventVersion: string
  readonly responseElements: Readonly<Record<string, string>>
  readonly s3: {
    readonly bucket: {
      readonly name: string
      readonly arn: string
      readonly ownerIdentity: { readonly principalId: string }
    }
    readonly object: {
      readonly key: string
      readonly size?: number
      readonly eTag?: string
      readonly versionId?: string
      readonly sequencer: string
    }
  }
}

const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:told'

describe('S3 event notifications', () => {
  const invoked: EventRecord[] = []
  let failing = 0
  let lake: TestLake
  let s3: S3Client
  const send: S3Client['send'] = ((command: never) => s3.send(command)) as never
  const make = (Bucket: string) => send(new CreateBucketCommand({ Bucket }))
  const configure = (Bucket: string, NotificationConfiguration: NotificationConfiguration) =>
    send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }))
  const rule = (Events: Event[], FilterRules?: FilterRule[], Id?: string) => ({
    Id,
    LambdaFunctionArn: functionArn,
    Events,
    ...(FilterRules ? { Filter: { Key: { FilterRules } } } : {}),
  })
  const told = (bucket: string) => invoked.filter((record) => record.s3.bucket.name === bucket)
  const hears = async (bucket: string, names: readonly string[]) => {
    await poll(`${names.length} events`, () => told(bucket).length >= names.length)
    assert.deepEqual(
      told(bucket).map(({ eventName, s3: { object } }) => `${eventName} ${object.key}`),
      names,
    )
    return told(bucket)
  }

  before(async () => {
    lake = await startLake(
      {},
      {
        bucketFunctions: {
          accepts: async ({ destinationArn }) => destinationArn === functionArn,
          invoke: async (_, message) => {
            if (failing-- > 0) throw new Error('not now')
            invoked.push(...(JSON.parse(message) as { Records: EventRecord[] }).Records)
          },
        },
      },
    )
    s3 = lake.client(S3Client)
  })
  after(() => lake.stop())

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
  it('tell what was put, in the words of the documentation', async () => {
    const Bucket = 'events-of-puts'
    await make(Bucket)
    const filter: FilterRule[] = [
      { Name: 'prefix', Value: 'in/' },
      { Name: 'suffix', Value: '.csv' },
    ]
    const LambdaFunctionConfigurations = [rule(['s3:ObjectCreated:*'], filter, 'mine')]
    await configure(Bucket, { LambdaFunctionConfigurations })
    assert.deepEqual(
      (await send(new GetBucketNotificationConfigurationCommand({ Bucket })))
        .LambdaFunctionConfigurations,
      LambdaFunctionConfigurations,
    )
    for (const Key of ['out/a.csv', 'in/a.txt', 'in/a b+ü.csv']) {
      await send(new PutObjectCommand({ Bucket, Key, Body: 'hello' }))
    }
    const [record] = (await hears(Bucket, ['ObjectCreated:Put in/a+b%2B%C3%BC.csv'])) as [
      EventRecord,
    ]
    assert.match(record.eventTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.match(record.responseElements['x-amz-request-id']!, /^[0-9A-F]{16}$/)
    assert.match(record.s3.object.sequencer, /^[0-9A-F]{18}$/)
    assert.match(record.s3.bucket.ownerIdentity.principalId, /^[0-9a-f]{64}$/)
    assert.deepEqual(
      {
        ...record,
        eventTime: '',
        responseElements: {},
        s3: { ...record.s3, bucket: {}, object: {} },
      },
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'us-east-1',
        eventTime: '',
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: '123456789012' },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: {},
        s3: { s3SchemaVersion: '1.0', configurationId: 'mine', bucket: {}, object: {} },
      },
    )
    assert.equal(record.s3.bucket.arn, `arn:aws:s3:::${Bucket}`)
    assert.equal(record.s3.object.size, 5)
    assert.equal(record.s3.object.eTag, '5d41402abc4b2a76b9719d911017c592')
    assert.equal(record.s3.object.versionId, undefined)
  })

  it('name every way in which an object comes and goes', async () => {
    const Bucket = 'events-of-all'
    const Key = 'k'
    await make(Bucket)
    const Events: Event[] = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectTagging:*']
    await configure(Bucket, {
      LambdaFunctionConfigurations: [rule([...Events, 's3:ObjectAcl:Put'])],
    })
    await send(new PutObjectCommand({ Bucket, Key, Body: '1' }))
    await send(
      new CopyObjectCommand({
        Bucket,
        Key,
        CopySource: `${Bucket}/${Key}`,
        MetadataDirective: 'REPLACE',
      }),
    )
    const { UploadId } = await send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const { ETag } = await send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'part' }),
    )
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] }
    await send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }))
    const other = await send(new CreateMultipartUploadCommand({ Bucket, Key }))
    await send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: other.UploadId }))
    await send(
      new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }),
    )
    await send(new DeleteObjectTaggingCommand({ Bucket, Key }))
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] }
    await send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
    await send(new PutObjectAclCommand({ Bucket, Key, ACL: 'private' }))
    const credentials = await lake.addAccount('999999999999')
    const stranger = lake.client(S3Client, { credentials })
    const { Owner } = await stranger.send(new ListBucketsCommand({}))
    await send(new PutObjectAclCommand({ Bucket, Key, GrantRead: `id=${Owner!.ID}` }))
    await send(new DeleteObjectCommand({ Bucket, Key }))
    await send(new DeleteObjectCommand({ Bucket, Key }))
    const VersioningConfiguration = { Status: 'Enabled' as const }
    await send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
    const { VersionId } = await send(new PutObjectCommand({ Bucket, Key, Body: '2' }))
    await send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }))
    await send(new DeleteObjectCommand({ Bucket, Key, VersionId }))
    const records = await hears(
      Bucket,
      [
        'ObjectCreated:Put',
        'ObjectCreated:Copy',
        'ObjectCreated:CompleteMultipartUpload',
        'ObjectTagging:Put',
        'ObjectTagging:Delete',
        'ObjectAcl:Put',
        'ObjectRemoved:Delete',
        'ObjectCreated:Put',
        'ObjectRemoved:DeleteMarkerCreated',
        'ObjectRemoved:Delete',
      ].map((name) => `${name} k`),
    )
    const sequencers = records.map(({ s3: { object } }) => object.sequencer)
    assert.deepEqual(sequencers, sequencers.toSorted())
    assert.equal(records[7]!.s3.object.versionId, VersionId)
    assert.equal(records.at(-1)!.s3.object.versionId, VersionId)
    assert.equal(records[3]!.eventVersion, '2.3')
  })

  it('come again, in order, when a function does not take them', async () => {
    const Bucket = 'events-again'
    await make(Bucket)
    await configure(Bucket, { LambdaFunctionConfigurations: [rule(['s3:ObjectCreated:Put'])] })
    failing = 1
    for (const size of [1, 2, 3]) {
      await send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x'.repeat(size) }))
    }
    const records = await hears(
      Bucket,
      Array.from({ length: 3 }, () => 'ObjectCreated:Put k'),
    )
    assert.deepEqual(
      records.map(({ s3: { object } }) => object.size),
      [1, 2, 3],
    )
  })

  it('stop when the configuration is taken away', async () => {
    const Bucket = 'events-no-more'
    await make(Bucket)
    await configure(Bucket, { LambdaFunctionConfigurations: [rule(['s3:ObjectCreated:Put'])] })
    await send(new PutObjectCommand({ Bucket, Key: 'first', Body: '' }))
    await configure(Bucket, {})
    await send(new PutObjectCommand({ Bucket, Key: 'second', Body: '' }))
    await configure(Bucket, { LambdaFunctionConfigurations: [rule(['s3:ObjectCreated:Put'])] })
    await send(new PutObjectCommand({ Bucket, Key: 'third', Body: '' }))
    await poll('the third', () => told(Bucket).some(({ s3: { object } }) => object.key === 'third'))
    assert.deepEqual(
      told(Bucket)
        .map(({ s3: { object } }) => object.key)
        .toSorted(),
      ['first', 'third'],
    )
  })

  it('are configured as the documentation says, or refused', async () => {
    const Bucket = 'events-refused'
    await make(Bucket)
    const refused = async (configuration: NotificationConfiguration, message: RegExp) => {
      const error = await rejects(configure(Bucket, configuration), 'InvalidArgument', 400)
      assert.match(error.message, message)
    }
    const lambdas = (...LambdaFunctionConfigurations: ReturnType<typeof rule>[]) => ({
      LambdaFunctionConfigurations,
    })
    await refused(lambdas(rule(['s3:ObjectCreated:Nothing' as Event])), /not supported/)
    const twice: FilterRule[] = [
      { Name: 'prefix', Value: 'a' },
      { Name: 'prefix', Value: 'b' },
    ]
    await refused(lambdas(rule(['s3:ObjectCreated:*'], twice)), /more than one prefix/)
    const long: FilterRule[] = [{ Name: 'prefix', Value: 'x'.repeat(1025) }]
    await refused(lambdas(rule(['s3:ObjectCreated:*'], long)), /cannot exceed 1024/)
    await refused(
      lambdas(rule(['s3:ObjectCreated:*'], undefined, 'a'), rule(['s3:ObjectCreated:Put'])),
      /ambiguously defined/,
    )
    const apart = (value: string): FilterRule[] => [{ Name: 'suffix', Value: value }]
    await refused(
      lambdas(
        rule(['s3:ObjectCreated:*'], apart('a'), 'same'),
        rule(['s3:ObjectRemoved:*'], apart('b'), 'same'),
      ),
      /IDs must be unique/,
    )
    await configure(
      Bucket,
      lambdas(
        rule(['s3:ObjectCreated:*'], apart('.a')),
        rule(['s3:ObjectCreated:*'], apart('.b')),
        rule(['s3:ObjectRemoved:*']),
      ),
    )
    const gone = { ...rule(['s3:ObjectCreated:*']), LambdaFunctionArn: `${functionArn}-not` }
    await refused(lambdas(gone), /Unable to validate the following destination/)
    const far = {
      ...rule(['s3:ObjectCreated:*']),
      LambdaFunctionArn: functionArn.replace('us-east-1', 'eu-west-1'),
    }
    await refused(lambdas(far), /region is not valid/)
    await refused(lambdas({ ...far, LambdaFunctionArn: 'nonsense' }), /not well formed/)
    const QueueArn = 'arn:aws:sqs:us-east-1:123456789012:q'
    const queue = { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*' as Event] }] }
    await refused(queue, /Unable to validate the following destination/)
  })
})
