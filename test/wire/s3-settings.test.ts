import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import * as sdk from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'

/** What each sub-resource answers on a bucket where it was never set, or was deleted. */
const unset: readonly (readonly [
  get: new (input: { Bucket: string }) => never,
  error: string | object,
  remove?: new (input: { Bucket: string }) => never,
])[] = [
  [sdk.GetBucketPolicyCommand, 'NoSuchBucketPolicy', sdk.DeleteBucketPolicyCommand],
  [sdk.GetBucketPolicyStatusCommand, 'NoSuchBucketPolicy'],
  [sdk.GetBucketCorsCommand, 'NoSuchCORSConfiguration', sdk.DeleteBucketCorsCommand],
  [sdk.GetBucketWebsiteCommand, 'NoSuchWebsiteConfiguration', sdk.DeleteBucketWebsiteCommand],
  [
    sdk.GetBucketLifecycleConfigurationCommand,
    'NoSuchLifecycleConfiguration',
    sdk.DeleteBucketLifecycleCommand,
  ],
  [
    sdk.GetBucketReplicationCommand,
    'ReplicationConfigurationNotFoundError',
    sdk.DeleteBucketReplicationCommand,
  ],
  [sdk.GetBucketTaggingCommand, 'NoSuchTagSet', sdk.DeleteBucketTaggingCommand],
  [sdk.GetObjectLockConfigurationCommand, 'ObjectLockConfigurationNotFoundError'],
  [sdk.GetBucketAccelerateConfigurationCommand, {}],
  [sdk.GetBucketLoggingCommand, {}],
  [sdk.GetBucketVersioningCommand, {}],
  [sdk.GetBucketNotificationConfigurationCommand, {}],
  [sdk.GetBucketRequestPaymentCommand, { Payer: 'BucketOwner' }],
  [sdk.ListBucketAnalyticsConfigurationsCommand, { IsTruncated: false }],
  [sdk.ListBucketInventoryConfigurationsCommand, { IsTruncated: false }],
  [sdk.ListBucketMetricsConfigurationsCommand, { IsTruncated: false }],
  [sdk.ListBucketIntelligentTieringConfigurationsCommand, { IsTruncated: false }],
] as never

describe('S3 bucket sub-resources', () => {
  let lake: TestLake
  let s3: sdk.S3Client
  let Bucket: string
  let count = 0
  /** Sends a command and answers its members alone. */
  const send = async <I extends object, O extends object>(command: {
    input: I
  }): Promise<Omit<O, '$metadata'>> => {
    const { $metadata: _, ...members } = await s3.send(command as never)
    return members as Omit<O, '$metadata'>
  }

  before(async () => {
    lake = await startLake()
    s3 = lake.client(sdk.S3Client)
  })
  beforeEach(async () => {
    Bucket = `settings-${++count}`
    await s3.send(new sdk.CreateBucketCommand({ Bucket }))
  })
  after(() => lake.stop())

  it('has the right answer for each that is not set, deleting it or not', async () => {
    for (const [Get, expected, Delete] of unset) {
      for (let times = 0; times < (Delete ? 2 : 1); times++) {
        if (typeof expected === 'string') await rejects(send(new Get({ Bucket })), expected, 404)
        else assert.deepEqual(await send(new Get({ Bucket })), expected, Get.name)
        if (Delete) await send(new Delete({ Bucket }))
      }
      const nowhere = send(new Get({ Bucket: 'no-such-bucket-at-all' }))
      await rejects(nowhere, 'NoSuchBucket', 404)
    }
    for (const [Get, Delete] of [
      [sdk.GetBucketAnalyticsConfigurationCommand, sdk.DeleteBucketAnalyticsConfigurationCommand],
      [sdk.GetBucketInventoryConfigurationCommand, sdk.DeleteBucketInventoryConfigurationCommand],
      [sdk.GetBucketMetricsConfigurationCommand, sdk.DeleteBucketMetricsConfigurationCommand],
      [
        sdk.GetBucketIntelligentTieringConfigurationCommand,
        sdk.DeleteBucketIntelligentTieringConfigurationCommand,
      ],
    ]) {
      await rejects(send(new Get!({ Bucket, Id: 'x' })), 'NoSuchConfiguration', 404)
      await rejects(send(new Delete!({ Bucket, Id: 'x' })), 'NoSuchConfiguration', 404)
    }
  })

  it('starts a bucket as AWS does since 2023: private, owned by its owner', async () => {
    assert.deepEqual(await send(new sdk.GetPublicAccessBlockCommand({ Bucket })), {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    })
    assert.deepEqual(await send(new sdk.GetBucketOwnershipControlsCommand({ Bucket })), {
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    })
    const acl = await send<object, sdk.GetBucketAclCommandOutput>(
      new sdk.GetBucketAclCommand({ Bucket }),
    )
    assert.deepEqual(acl.Grants, [
      { Grantee: { ID: acl.Owner?.ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' },
    ])
    await send(new sdk.DeletePublicAccessBlockCommand({ Bucket }))
    await send(new sdk.DeleteBucketOwnershipControlsCommand({ Bucket }))
    const block = send(new sdk.GetPublicAccessBlockCommand({ Bucket }))
    await rejects(block, 'NoSuchPublicAccessBlockConfiguration', 404)
    const controls = send(new sdk.GetBucketOwnershipControlsCommand({ Bucket }))
    await rejects(controls, 'OwnershipControlsNotFoundError', 404)
  })

  it('returns what was put, member for member', async () => {
    const CORSConfiguration = {
      CORSRules: [
        {
          ID: 'one',
          AllowedHeaders: ['*'],
          AllowedMethods: ['GET', 'PUT'],
          AllowedOrigins: ['https://example.com'],
          ExposeHeaders: ['ETag'],
          MaxAgeSeconds: 3000,
        },
        { AllowedMethods: ['GET'], AllowedOrigins: ['*'] },
      ],
    }
    await send(new sdk.PutBucketCorsCommand({ Bucket, CORSConfiguration }))
    assert.deepEqual(await send(new sdk.GetBucketCorsCommand({ Bucket })), CORSConfiguration)

    const WebsiteConfiguration: sdk.WebsiteConfiguration = {
      IndexDocument: { Suffix: 'index.html' },
      ErrorDocument: { Key: 'error.html' },
      RoutingRules: [
        { Condition: { KeyPrefixEquals: 'a/' }, Redirect: { ReplaceKeyPrefixWith: 'b/' } },
      ],
    }
    await send(new sdk.PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }))
    const website = await send(new sdk.GetBucketWebsiteCommand({ Bucket }))
    assert.deepEqual(website, WebsiteConfiguration)

    const TagSet = [
      { Key: 'b', Value: '2' },
      { Key: 'a', Value: '1' },
    ]
    await send(new sdk.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
    assert.deepEqual(await send(new sdk.GetBucketTaggingCommand({ Bucket })), { TagSet })

    const ServerSideEncryptionConfiguration: sdk.ServerSideEncryptionConfiguration = {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'k' },
          BucketKeyEnabled: true,
        },
      ],
    }
    await send(new sdk.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
    assert.deepEqual(await send(new sdk.GetBucketEncryptionCommand({ Bucket })), {
      ServerSideEncryptionConfiguration,
    })
    await send(new sdk.DeleteBucketEncryptionCommand({ Bucket }))

    const LoggingEnabled = { TargetBucket: Bucket, TargetPrefix: 'log/' }
    const put = (BucketLoggingStatus: sdk.BucketLoggingStatus) =>
      send(new sdk.PutBucketLoggingCommand({ Bucket, BucketLoggingStatus }))
    await put({ LoggingEnabled })
    assert.deepEqual(await send(new sdk.GetBucketLoggingCommand({ Bucket })), { LoggingEnabled })
    await put({})
    assert.deepEqual(await send(new sdk.GetBucketLoggingCommand({ Bucket })), {})

    const NotificationConfiguration = {
      QueueConfigurations: [
        {
          Id: 'q',
          QueueArn: 'arn:aws:sqs:us-east-1:123456789012:q',
          Events: ['s3:ObjectCreated:*' as const],
          Filter: { Key: { FilterRules: [{ Name: 'suffix' as const, Value: '.log' }] } },
        },
      ],
      EventBridgeConfiguration: {},
    }
    await send(
      new sdk.PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration,
        SkipDestinationValidation: true,
      }),
    )
    assert.deepEqual(
      await send(new sdk.GetBucketNotificationConfigurationCommand({ Bucket })),
      NotificationConfiguration,
    )
  })

  it('keeps lifecycle rules with their dates, filters and the minimum size of transitions', async () => {
    const Rules: sdk.LifecycleRule[] = [
      {
        ID: 'date',
        Status: 'Enabled',
        Filter: { Prefix: 'a/' },
        Expiration: { Date: new Date('2031-01-01T00:00:00Z') },
      },
      {
        ID: 'and',
        Status: 'Disabled',
        Filter: { And: { Prefix: 'b/', Tags: [{ Key: 'x', Value: 'y' }], ObjectSizeLessThan: 9 } },
        Transitions: [{ Days: 30, StorageClass: 'STANDARD_IA' }],
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
      },
    ]
    const put = (rules: sdk.LifecycleRule[], more = {}) =>
      send(
        new sdk.PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: { Rules: rules },
          ...more,
        }),
      )
    await put(Rules)
    assert.deepEqual(await send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket })), {
      Rules,
      TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K',
    })
    const TransitionDefaultMinimumObjectSize = 'varies_by_storage_class'
    const told = await put(Rules, { TransitionDefaultMinimumObjectSize })
    assert.deepEqual(told, { TransitionDefaultMinimumObjectSize })
    const rule = { ID: 'x', Status: 'Enabled', Filter: {} } as const
    await rejects(put([rule]), 'InvalidRequest', 400)
    await rejects(put([]), 'MalformedXML', 400)
    await rejects(put([{ ...rule, Expiration: { Days: 0 } }]), 'InvalidArgument', 400)
    const noon = { Date: new Date('2031-01-01T12:00:00Z') }
    await rejects(put([{ ...rule, Expiration: noon }]), 'InvalidArgument', 400)
    const twice = [Rules[0]!, { ...Rules[1]!, ID: 'date' }]
    await rejects(put(twice), 'InvalidArgument', 400)
  })

  it('checks a policy, tells whether it is public, and refuses a public one while that is blocked', async () => {
    const policy = (Principal: unknown, Resource = `arn:aws:s3:::${Bucket}/*`) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource }],
      })
    const put = (Policy: string) => send(new sdk.PutBucketPolicyCommand({ Bucket, Policy }))
    const isPublic = async () =>
      (
        await send<object, sdk.GetBucketPolicyStatusCommandOutput>(
          new sdk.GetBucketPolicyStatusCommand({ Bucket }),
        )
      ).PolicyStatus?.IsPublic
    const own = policy({ AWS: 'arn:aws:iam::123456789012:root' })
    await put(own)
    assert.deepEqual(await send(new sdk.GetBucketPolicyCommand({ Bucket })), { Policy: own })
    assert.equal(await isPublic(), false)
    await rejects(put(policy('*')), 'AccessDenied', 403)
    await send(new sdk.DeletePublicAccessBlockCommand({ Bucket }))
    await put(policy('*'))
    assert.equal(await isPublic(), true)
    await rejects(put('{'), 'MalformedPolicy', 400)
    await rejects(put('{"Version":"2012-10-17"}'), 'MalformedPolicy', 400)
    await rejects(put(policy('*', 'arn:aws:s3:::another/*')), 'MalformedPolicy', 400)
  })

  it('takes access control lists where ownership allows them', async () => {
    const put = (ACL: sdk.BucketCannedACL) => send(new sdk.PutBucketAclCommand({ Bucket, ACL }))
    await rejects(put('private'), 'AccessControlListNotSupported', 400)
    await send(
      new sdk.PutBucketOwnershipControlsCommand({
        Bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
      }),
    )
    await rejects(put('public-read'), 'AccessDenied', 403)
    await send(new sdk.DeletePublicAccessBlockCommand({ Bucket }))
    await put('public-read')
    const acl = await send<object, sdk.GetBucketAclCommandOutput>(
      new sdk.GetBucketAclCommand({ Bucket }),
    )
    assert.deepEqual(acl.Grants?.[1], {
      Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' },
      Permission: 'READ',
    })
    await send(new sdk.PutBucketAclCommand({ Bucket, AccessControlPolicy: acl }))
    const at = { Bucket, Key: 'k' }
    await send(new sdk.PutObjectCommand({ ...at, Body: 'x', ACL: 'authenticated-read' }))
    const object = await send<object, sdk.GetObjectAclCommandOutput>(
      new sdk.GetObjectAclCommand(at),
    )
    assert.equal(object.Grants?.length, 2)
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] }
    const enforce = send(new sdk.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
    await rejects(enforce, 'InvalidBucketAclWithObjectOwnership', 400)
  })

  it('holds many configurations of a kind, listed by id', async () => {
    for (let index = 0; index < 101; index++) {
      const Id = `m-${String(index).padStart(3, '0')}`
      await send(
        new sdk.PutBucketMetricsConfigurationCommand({
          Bucket,
          Id,
          MetricsConfiguration: { Id, Filter: { Prefix: `${index}/` } },
        }),
      )
    }
    type Page = sdk.ListBucketMetricsConfigurationsCommandOutput
    const list = (ContinuationToken?: string) =>
      send<object, Page>(
        new sdk.ListBucketMetricsConfigurationsCommand({ Bucket, ContinuationToken }),
      )
    const first = await list()
    assert.equal(first.MetricsConfigurationList?.length, 100)
    assert.equal(first.IsTruncated, true)
    const next = await list(first.NextContinuationToken)
    assert.deepEqual(next.MetricsConfigurationList, [{ Id: 'm-100', Filter: { Prefix: '100/' } }])
    const at = { Bucket, Id: 'm-100' }
    await send(new sdk.DeleteBucketMetricsConfigurationCommand(at))
    const gone = send(new sdk.GetBucketMetricsConfigurationCommand(at))
    await rejects(gone, 'NoSuchConfiguration', 404)
  })

  it('asks of replication what AWS asks', async () => {
    const put = () =>
      send(
        new sdk.PutBucketReplicationCommand({
          Bucket,
          ReplicationConfiguration: {
            Role: 'arn:aws:iam::123456789012:role/r',
            Rules: [
              {
                ID: 'r',
                Status: 'Enabled',
                Priority: 1,
                Filter: { Prefix: '' },
                DeleteMarkerReplication: { Status: 'Disabled' },
                Destination: { Bucket: 'arn:aws:s3:::replica-of-settings' },
              },
            ],
          },
        }),
      )
    const enable = (name: string) =>
      send(
        new sdk.PutBucketVersioningCommand({
          Bucket: name,
          VersioningConfiguration: { Status: 'Enabled' },
        }),
      )
    await rejects(put(), 'InvalidRequest', 400)
    await enable(Bucket)
    await rejects(put(), 'InvalidRequest', 400)
    await send(new sdk.CreateBucketCommand({ Bucket: 'replica-of-settings' }))
    await rejects(put(), 'InvalidRequest', 400)
    await enable('replica-of-settings')
    await put()
  })
})
