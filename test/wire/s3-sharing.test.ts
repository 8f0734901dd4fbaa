import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetBucketPolicyStatusCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import { policyOf } from '../harness/service-role.ts'
import { allow, arn, denied, get, other, startAccessLake } from './s3-access-lake.ts'
import { rejects } from './s3-fixture.ts'

const { lake, root, foreignRoot, foreignIam, bucketOf, userOf, putPolicy, anonymous } =
  await startAccessLake()
after(() => lake.stop())

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-management.html */
describe('S3 between accounts and the public', () => {
  it('needs both sides across accounts', async () => {
    const Bucket = await bucketOf()
    const may = await userOf([allow({ Action: 's3:*', Resource: '*' })], foreignIam)
    const mayNot = await userOf([], foreignIam)
    await denied(get(may.s3, Bucket))
    await putPolicy(
      Bucket,
      allow({
        Principal: { AWS: [other, mayNot.arn] },
        Action: ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:PutBucketPolicy'],
        Resource: [arn(Bucket), arn(`${Bucket}/*`)],
      }),
    )
    assert.equal(await get(may.s3, Bucket), 'a')
    assert.equal(await get(foreignRoot, Bucket), 'a')
    await denied(get(mayNot.s3, Bucket))
    const put = { Bucket, Key: 'theirs', Body: 'x' }
    await may.s3.send(new PutObjectCommand(put))
    // The bucket's owner owns what others put: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    assert.equal(await get(root, Bucket, 'theirs'), 'x')
    const { Contents } = await may.s3.send(new ListObjectsV2Command({ Bucket }))
    assert.deepEqual(
      Contents?.map(({ Key }) => Key),
      ['a', 'b/c', 'theirs'],
    )
    await rejects(
      may.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policyOf([]) })),
      'MethodNotAllowed',
      405,
    )
    const expected = (ExpectedBucketOwner: string) =>
      may.s3.send(new GetObjectCommand({ Bucket, Key: 'a', ExpectedBucketOwner }))
    await expected(lake.accountId)
    await denied(expected(other))
    const { Buckets } = await may.s3.send(new ListBucketsCommand({}))
    assert.deepEqual(Buckets ?? [], [])
    await rejects(foreignRoot.send(new CreateBucketCommand({ Bucket })), 'BucketAlreadyExists', 409)
  })

  it('lets nobody in by name while a public policy is restricted, but the account', async () => {
    const Bucket = await bucketOf({ open: true })
    const open = allow({ Principal: '*', Action: 's3:GetObject', Resource: arn(`${Bucket}/*`) })
    await putPolicy(Bucket, open)
    const { PolicyStatus } = await root.send(new GetBucketPolicyStatusCommand({ Bucket }))
    assert.equal(PolicyStatus?.IsPublic, true)
    assert.equal(await (await anonymous(`${Bucket}/a`)).text(), 'a')
    assert.equal((await anonymous(`${Bucket}/a`, { method: 'DELETE' })).status, 403)
    assert.equal((await anonymous(Bucket)).status, 403)
    assert.equal(await get(foreignRoot, Bucket), 'a')
    const user = await userOf([])
    await root.send(
      new PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
      }),
    )
    assert.equal((await anonymous(`${Bucket}/a`)).status, 403)
    await denied(get(foreignRoot, Bucket))
    assert.equal(await get(user.s3, Bucket), 'a')
    await root.send(
      new PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration: { BlockPublicPolicy: true },
      }),
    )
    await denied(putPolicy(Bucket, open))
    assert.equal((await anonymous(`${Bucket}/a`)).status, 200)
  })

  it('copies between accounts when each has let him', async () => {
    const Bucket = await bucketOf()
    const target = 'copied-to'
    await foreignRoot.send(new CreateBucketCommand({ Bucket: target }))
    const copy = () =>
      foreignRoot.send(
        new CopyObjectCommand({ Bucket: target, Key: 'a', CopySource: `${Bucket}/b/c` }),
      )
    await denied(copy())
    await putPolicy(
      Bucket,
      allow({ Principal: { AWS: other }, Action: 's3:GetObject', Resource: arn(`${Bucket}/*`) }),
    )
    await copy()
    assert.equal(await get(foreignRoot, target), 'c')
    await denied(get(root, target))
  })

  it('is given by lists where they count', async () => {
    const Bucket = await bucketOf({ open: true, ownership: 'ObjectWriter' })
    const acl = (ACL: 'public-read' | 'authenticated-read' | 'private') =>
      root.send(new PutObjectAclCommand({ Bucket, Key: 'a', ACL }))
    await acl('public-read')
    assert.equal((await anonymous(`${Bucket}/a`)).status, 200)
    assert.equal((await anonymous(`${Bucket}/b/c`)).status, 403)
    await acl('authenticated-read')
    assert.equal((await anonymous(`${Bucket}/a`)).status, 403)
    assert.equal(await get(foreignRoot, Bucket), 'a')
    await acl('private')
    await denied(get(foreignRoot, Bucket))

    await acl('public-read')
    const block = (PublicAccessBlockConfiguration: object) =>
      root.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
    await block({ IgnorePublicAcls: true })
    assert.equal((await anonymous(`${Bucket}/a`)).status, 403)
    await block({ BlockPublicAcls: true })
    assert.equal((await anonymous(`${Bucket}/a`)).status, 200)
    await denied(acl('public-read'))
    await block({})

    await root.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))
    assert.equal((await anonymous(Bucket)).status, 200)
    assert.equal((await anonymous(`${Bucket}/new`, { method: 'PUT', body: 'x' })).status, 403)

    const { Owner } = await foreignRoot.send(new ListBucketsCommand({}))
    await root.send(new PutObjectAclCommand({ Bucket, Key: 'b/c', GrantRead: `id="${Owner!.ID}"` }))
    assert.equal(await get(foreignRoot, Bucket, 'b/c'), 'c')
    await denied(get((await userOf([], foreignIam)).s3, Bucket, 'b/c'))
    const reader = await userOf([allow({ Action: 's3:GetObject', Resource: '*' })], foreignIam)
    assert.equal(await get(reader.s3, Bucket, 'b/c'), 'c')

    await root.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))
    await root.send(
      new PutBucketOwnershipControlsCommand({
        Bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      }),
    )
    assert.equal((await anonymous(`${Bucket}/a`)).status, 403)
    await rejects(acl('private'), 'AccessControlListNotSupported', 400)
  })

  it('stays with the writer of an object, where the bucket leaves it to him', async () => {
    const Bucket = await bucketOf({ open: true, ownership: 'BucketOwnerPreferred' })
    const write = {
      Principal: { AWS: other },
      Action: ['s3:PutObject', 's3:PutObjectAcl'],
      Resource: arn(`${Bucket}/*`),
    }
    await putPolicy(Bucket, allow(write))
    const put = (Key: string, own: object = {}) =>
      foreignRoot.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...own }))
    await put('kept')
    await put('given', { ACL: 'bucket-owner-full-control' })
    assert.equal(await get(root, Bucket, 'given'), 'given')
    await denied(get(root, Bucket, 'kept'))
    assert.equal(await get(foreignRoot, Bucket, 'kept'), 'kept')
    const { Owner } = await foreignRoot.send(new GetObjectAclCommand({ Bucket, Key: 'kept' }))
    const { Owner: them } = await foreignRoot.send(new ListBucketsCommand({}))
    assert.equal(Owner!.ID, them!.ID)
    // What is in a bucket may always be deleted by its owner.
    await root.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'kept' }] } }))
    await rejects(get(root, Bucket, 'kept'), 'NoSuchKey', 404)
  })
})
