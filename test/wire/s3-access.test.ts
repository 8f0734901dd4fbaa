import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import {
  CopyObjectCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  GetBucketPolicyCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  GetBucketOwnershipControlsCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { allow, arn, denied, deny, get, startAccessLake } from './s3-access-lake.ts'
import { rejects } from './s3-fixture.ts'

const { lake, root, foreignRoot, bucketOf, userOf, putPolicy, anonymous } = await startAccessLake()
after(() => lake.stop())

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-management.html */
describe('access to S3', () => {
  it('starts closed: the owner owns everything and nothing is public', async () => {
    const Bucket = await bucketOf()
    const { PublicAccessBlockConfiguration } = await root.send(
      new GetPublicAccessBlockCommand({ Bucket }),
    )
    assert.deepEqual(PublicAccessBlockConfiguration, {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    })
    const { OwnershipControls } = await root.send(new GetBucketOwnershipControlsCommand({ Bucket }))
    assert.deepEqual(OwnershipControls, { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] })
    assert.equal((await anonymous(`${Bucket}/a`)).status, 403)
    await denied(get(foreignRoot, Bucket))
    const { s3 } = await userOf([])
    await denied(get(s3, Bucket))
  })

  it('says what it would have taken to whoever is of the account', async () => {
    const Bucket = await bucketOf()
    const user = await userOf([])
    const { message } = await denied(get(user.s3, Bucket))
    assert.equal(
      message,
      `User: ${user.arn} is not authorized to perform: s3:GetObject on resource: "${arn(`${Bucket}/a`)}" because no identity-based policy allows the s3:GetObject action`,
    )
    assert.equal((await denied(get(foreignRoot, Bucket))).message, 'Access Denied')
  })

  it('is given by a bucket policy alone to a user of the account, and taken by a denial', async () => {
    const Bucket = await bucketOf()
    const user = await userOf([])
    await putPolicy(
      Bucket,
      allow({ Principal: { AWS: user.arn }, Action: 's3:GetObject', Resource: arn(`${Bucket}/*`) }),
    )
    assert.equal(await get(user.s3, Bucket), 'a')
    await putPolicy(
      Bucket,
      allow({ Principal: { AWS: user.arn }, Action: 's3:GetObject', Resource: arn(`${Bucket}/*`) }),
      deny({ Principal: '*', Action: 's3:*', Resource: arn(`${Bucket}/b/*`) }),
    )
    assert.equal(await get(user.s3, Bucket), 'a')
    const { message } = await denied(get(user.s3, Bucket, 'b/c'))
    assert.match(message, /with an explicit deny in a resource-based policy$/)
    await denied(get(root, Bucket, 'b/c'))
    await root.send(new DeleteBucketPolicyCommand({ Bucket }))
    await denied(get(user.s3, Bucket))
    assert.equal(await get(root, Bucket, 'b/c'), 'c')
  })

  it('can be shut for everybody, and opened again by root', async () => {
    const Bucket = await bucketOf()
    const resources = [arn(Bucket), arn(`${Bucket}/*`)]
    await putPolicy(Bucket, deny({ Principal: '*', Action: 's3:*', Resource: resources }))
    await denied(get(root, Bucket))
    await rejects(root.send(new HeadBucketCommand({ Bucket })), '403', 403)
    const admin = await userOf([allow({ Action: '*', Resource: '*' })])
    await denied(admin.s3.send(new DeleteBucketPolicyCommand({ Bucket })))
    await root.send(new GetBucketPolicyCommand({ Bucket }))
    await root.send(new DeleteBucketPolicyCommand({ Bucket }))
    assert.equal(await get(admin.s3, Bucket), 'a')
  })

  it('hides what is not there from those who may not list', async () => {
    const Bucket = await bucketOf()
    const reader = await userOf([allow({ Action: 's3:GetObject', Resource: arn(`${Bucket}/*`) })])
    const lister = await userOf([
      allow({ Action: 's3:GetObject', Resource: arn(`${Bucket}/*`) }),
      allow({ Action: 's3:ListBucket', Resource: arn(Bucket) }),
    ])
    const head = (s3: S3Client) => s3.send(new HeadObjectCommand({ Bucket, Key: 'absent' }))
    await rejects(head(reader.s3), '403', 403)
    await rejects(head(lister.s3), 'NotFound', 404)
    await denied(get(reader.s3, Bucket, 'absent'))
    await rejects(get(lister.s3, Bucket, 'absent'), 'NoSuchKey', 404)
    const within = await userOf([
      allow({ Action: 's3:GetObject', Resource: arn(`${Bucket}/*`) }),
      allow({
        Action: 's3:ListBucket',
        Resource: arn(Bucket),
        Condition: { StringLike: { 's3:prefix': 'abs*' } },
      }),
    ])
    await rejects(head(within.s3), 'NotFound', 404)
    await rejects(get(within.s3, Bucket, 'absent'), 'NoSuchKey', 404)
    await denied(get(within.s3, Bucket, 'elsewhere'))
    await rejects(get(reader.s3, 'access-no-such-bucket'), 'NoSuchBucket', 404)
    assert.equal((await anonymous('access-no-such-bucket/a')).status, 404)
  })

  it('asks the right action for versions, tags, lists, batches and copies', async () => {
    const Bucket = await bucketOf()
    await root.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    )
    const { VersionId } = await root.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '2' }))
    const only = async (actions: string[], resource = `${Bucket}/*`) =>
      (await userOf([allow({ Action: actions, Resource: arn(resource) })])).s3
    const reader = await only(['s3:GetObject'])
    await reader.send(new GetObjectCommand({ Bucket, Key: 'a' }))
    await denied(reader.send(new GetObjectCommand({ Bucket, Key: 'a', VersionId })))
    const versions = await only(['s3:GetObjectVersion'])
    await versions.send(new GetObjectCommand({ Bucket, Key: 'a', VersionId }))
    await denied(get(versions, Bucket))
    await denied(reader.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' })))
    await denied(reader.send(new GetObjectAclCommand({ Bucket, Key: 'a' })))
    await (
      await only(['s3:GetObjectTagging'])
    ).send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }))

    const cleaner = await only(['s3:DeleteObject'], `${Bucket}/b/*`)
    const batch = await cleaner.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'a' }, { Key: 'b/c' }, { Key: 'b/c', VersionId }] },
      }),
    )
    assert.deepEqual(
      batch.Errors?.map(({ Key, Code, VersionId: id }) => [Key, Code, id]),
      [
        ['a', 'AccessDenied', undefined],
        ['b/c', 'AccessDenied', VersionId],
      ],
    )
    assert.deepEqual(
      batch.Deleted?.map(({ Key }) => Key),
      ['b/c'],
    )
    assert.equal(await get(root, Bucket), '2')

    const copy = (s3: S3Client, source: string, own: object = {}) =>
      s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: source, ...own }))
    await denied(copy(await only(['s3:PutObject']), `${Bucket}/a`))
    await copy(await only(['s3:PutObject', 's3:GetObject']), `${Bucket}/a`)
    const copier = await only(['s3:PutObject', 's3:GetObject'])
    await denied(copy(copier, `${Bucket}/a?versionId=${VersionId}`))
    await root.send(new PutObjectCommand({ Bucket, Key: 't', Body: 't', Tagging: 'x=y' }))
    await denied(copy(copier, `${Bucket}/t`))
    await copy(copier, `${Bucket}/t`, { TaggingDirective: 'REPLACE' })
  })
})
