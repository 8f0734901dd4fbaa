import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as iam from '@aws-sdk/client-iam'
import * as sdk from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '../harness/index.ts'
import { rejects } from './s3-fixture.ts'

const Bucket = 'locked'
const dayMs = 24 * 60 * 60 * 1000
const inDays = (days: number) => new Date(Math.ceil(Date.now() / 1000) * 1000 + days * dayMs)

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
describe('S3 object lock', () => {
  let lake: TestLake
  let s3: sdk.S3Client

  before(async () => {
    lake = await startLake()
    s3 = lake.client(sdk.S3Client)
    await s3.send(new sdk.CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  })
  after(() => lake.stop())

  const put = async (Key: string, more: Partial<sdk.PutObjectCommandInput> = {}) =>
    (await s3.send(new sdk.PutObjectCommand({ Bucket, Key, Body: 'x', ...more }))).VersionId!
  const remove = (Key: string, VersionId?: string, bypass = false, client = s3) =>
    client.send(
      new sdk.DeleteObjectCommand({
        Bucket,
        Key,
        VersionId,
        ...(bypass ? { BypassGovernanceRetention: true } : {}),
      }),
    )
  const retain = (
    Key: string,
    VersionId: string,
    Mode: sdk.ObjectLockRetentionMode,
    days: number,
    bypass = false,
  ) =>
    s3.send(
      new sdk.PutObjectRetentionCommand({
        Bucket,
        Key,
        VersionId,
        Retention: { Mode, RetainUntilDate: inDays(days) },
        ...(bypass ? { BypassGovernanceRetention: true } : {}),
      }),
    )

  it('keeps a version under compliance from everybody, root too', async () => {
    const version = await put('compliance', {
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: inDays(2),
    })
    await rejects(remove('compliance', version), 'AccessDenied', 403)
    await rejects(remove('compliance', version, true), 'AccessDenied', 403)
    await rejects(retain('compliance', version, 'COMPLIANCE', 1, true), 'AccessDenied', 403)
    await rejects(retain('compliance', version, 'GOVERNANCE', 3, true), 'AccessDenied', 403)
    await retain('compliance', version, 'COMPLIANCE', 3)
    assert.equal(
      (await remove('compliance')).DeleteMarker,
      true,
      'a marker hides, and loses nothing',
    )
    const found = await s3.send(
      new sdk.GetObjectCommand({ Bucket, Key: 'compliance', VersionId: version }),
    )
    assert.equal(await found.Body!.transformToString(), 'x')
  })

  it('lets a bypass of governance through for those who may', async () => {
    const version = await put('governance')
    await retain('governance', version, 'GOVERNANCE', 2)
    await rejects(retain('governance', version, 'GOVERNANCE', 1), 'AccessDenied', 403)
    const users = lake.client(iam.IAMClient)
    const UserName = 'deleter'
    await users.send(new iam.CreateUserCommand({ UserName }))
    const allow = (PolicyName: string, Action: string[]) =>
      users.send(
        new iam.PutUserPolicyCommand({
          UserName,
          PolicyName,
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
          }),
        }),
      )
    await allow('delete', ['s3:DeleteObject', 's3:DeleteObjectVersion'])
    const { AccessKey } = await users.send(new iam.CreateAccessKeyCommand({ UserName }))
    const theirs = lake.client(sdk.S3Client, {
      credentials: {
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      },
    })
    await rejects(remove('governance', version, false, theirs), 'AccessDenied', 403)
    await rejects(remove('governance', version, true, theirs), 'AccessDenied', 403)
    await allow('bypass', ['s3:BypassGovernanceRetention'])
    await rejects(remove('governance', version, false, theirs), 'AccessDenied', 403)
    await remove('governance', version, true, theirs)
  })

  it('holds versions one by one, whatever their retention', async () => {
    const [held, free] = [await put('hold'), await put('hold')]
    const hold = (Status: sdk.ObjectLockLegalHoldStatus) =>
      s3.send(
        new sdk.PutObjectLegalHoldCommand({
          Bucket,
          Key: 'hold',
          VersionId: held,
          LegalHold: { Status },
        }),
      )
    await hold('ON')
    await remove('hold', free)
    await rejects(remove('hold', held, true), 'AccessDenied', 403)
    const { Errors } = await s3.send(
      new sdk.DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'hold', VersionId: held }] },
      }),
    )
    assert.equal(Errors?.[0]?.Code, 'AccessDenied')
    await hold('OFF')
    await remove('hold', held)
  })

  it('locks uploads and copies by default, as the bucket says', async () => {
    const DefaultRetention = { Mode: 'GOVERNANCE' as const, Days: 1 }
    await s3.send(
      new sdk.PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } },
      }),
    )
    const source = await put('default')
    const copied = await s3.send(
      new sdk.CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${Bucket}/default` }),
    )
    const ref = { Bucket, Key: 'uploaded' }
    const { UploadId } = await s3.send(new sdk.CreateMultipartUploadCommand(ref))
    const part = { ...ref, UploadId, PartNumber: 1 }
    const { ETag } = await s3.send(new sdk.UploadPartCommand({ ...part, Body: 'x' }))
    const done = await s3.send(
      new sdk.CompleteMultipartUploadCommand({
        ...ref,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    )
    const made = { default: source, copied: copied.VersionId!, uploaded: done.VersionId! }
    for (const [Key, version] of Object.entries(made)) {
      const found = await s3.send(new sdk.HeadObjectCommand({ Bucket, Key }))
      assert.equal(found.ObjectLockMode, 'GOVERNANCE', Key)
      await rejects(remove(Key, version), 'AccessDenied', 403)
      await remove(Key, version, true)
    }
  })

  it('refuses to suspend versioning, and MFA delete', async () => {
    const versioning = (VersioningConfiguration: sdk.VersioningConfiguration) =>
      s3.send(new sdk.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
    await rejects(versioning({ Status: 'Suspended' }), 'InvalidBucketState', 409)
    await rejects(versioning({ Status: 'Enabled', MFADelete: 'Enabled' }), 'NotImplemented', 501)
  })
})
