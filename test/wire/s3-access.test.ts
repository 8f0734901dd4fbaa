import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  GetBucketOwnershipControlsCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type ObjectOwnership,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { startLake, type TestLake } from '../harness/index.ts'
import { rejects } from './s3-fixture.ts'

const other = '210987654321'
const policyOf = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })
const allow = (own: object) => ({ Effect: 'Allow', ...own })
const deny = (own: object) => ({ Effect: 'Deny', ...own })
const arn = (path: string) => `arn:aws:s3:::${path}`

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-management.html */
describe('access to S3', () => {
  let lake: TestLake
  let root: S3Client
  let foreignRoot: S3Client
  let foreign: { readonly credentials: { accessKeyId: string; secretAccessKey: string } }
  let iam: IAMClient
  let count = 0

  before(async () => {
    lake = await startLake()
    root = lake.client(S3Client)
    iam = lake.client(IAMClient)
    foreign = { credentials: await lake.addAccount(other) }
    foreignRoot = lake.client(S3Client, foreign)
  })
  after(() => lake.stop())

  /** A bucket with the objects `a` and `b/c`; `open` takes the public access block off. */
  const bucketOf = async (own: { open?: boolean; ownership?: ObjectOwnership } = {}) => {
    const Bucket = `access-${++count}`
    await root.send(new CreateBucketCommand({ Bucket }))
    if (own.open) await root.send(new DeletePublicAccessBlockCommand({ Bucket }))
    if (own.ownership) {
      const OwnershipControls = { Rules: [{ ObjectOwnership: own.ownership }] }
      await root.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
    }
    await root.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a', Tagging: 'team=red' }))
    await root.send(new PutObjectCommand({ Bucket, Key: 'b/c', Body: 'c' }))
    return Bucket
  }
  /** A user with an inline policy, and his client. */
  const userOf = async (statements: object[], maker = iam, UserName = `user-${++count}`) => {
    await maker.send(new CreateUserCommand({ UserName }))
    if (statements.length > 0) {
      const PolicyDocument = policyOf(...statements)
      await maker.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }))
    }
    const { AccessKey } = await maker.send(new CreateAccessKeyCommand({ UserName }))
    const credentials = {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    }
    const accountId = maker === iam ? lake.accountId : other
    return {
      UserName,
      arn: `arn:aws:iam::${accountId}:user/${UserName}`,
      s3: lake.client(S3Client, { credentials }),
    }
  }
  const putPolicy = (Bucket: string, ...statements: object[]) =>
    root.send(new PutBucketPolicyCommand({ Bucket, Policy: policyOf(...statements) }))
  const get = (s3: S3Client, Bucket: string, Key = 'a') =>
    s3.send(new GetObjectCommand({ Bucket, Key })).then(({ Body }) => Body!.transformToString())
  const denied = (call: Promise<unknown>) => rejects(call, 'AccessDenied', 403)
  const anonymous = (path: string, init?: RequestInit) => fetch(`${lake.endpoint}/${path}`, init)

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

  it('needs both sides across accounts', async () => {
    const Bucket = await bucketOf()
    const theirs = lake.client(IAMClient, foreign)
    const may = await userOf([allow({ Action: 's3:*', Resource: '*' })], theirs)
    const mayNot = await userOf([], theirs)
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
      may.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policyOf() })),
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

  it('follows conditions on what is asked for', async () => {
    const Bucket = await bucketOf()
    const user = await userOf([
      allow({
        Action: 's3:ListBucket',
        Resource: arn(Bucket),
        Condition: {
          StringEquals: { 's3:prefix': 'b/', 's3:delimiter': '/' },
          NumericLessThanEquals: { 's3:max-keys': '10' },
        },
      }),
      allow({
        Action: 's3:PutObject',
        Resource: arn(`${Bucket}/\${aws:username}/*`),
        Condition: { StringEquals: { 's3:x-amz-server-side-encryption': 'AES256' } },
      }),
      allow({
        Action: ['s3:PutObject', 's3:PutObjectTagging'],
        Resource: arn(`${Bucket}/tagged`),
        Condition: { StringEquals: { 's3:RequestObjectTag/team': 'blue' } },
      }),
      allow({
        Action: 's3:GetObject',
        Resource: arn(`${Bucket}/*`),
        Condition: { StringEquals: { 's3:ExistingObjectTag/team': 'red' } },
      }),
    ])
    const list = (own: object) => user.s3.send(new ListObjectsV2Command({ Bucket, ...own }))
    await list({ Prefix: 'b/', Delimiter: '/', MaxKeys: 10 })
    await denied(list({ Prefix: 'b/', Delimiter: '/' }))
    await denied(list({ Prefix: 'a', Delimiter: '/', MaxKeys: 10 }))
    await denied(list({ Prefix: 'b/', Delimiter: '/', MaxKeys: 11 }))
    const put = (Key: string, own: object = {}) =>
      user.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...own }))
    await put(`${user.UserName}/x`, { ServerSideEncryption: 'AES256' })
    await denied(put(`${user.UserName}/x`))
    await denied(put('somebody/x', { ServerSideEncryption: 'AES256' }))
    await put('tagged', { Tagging: 'team=blue' })
    await denied(put('tagged', { Tagging: 'team=red' }))
    await denied(put('tagged'))
    assert.equal(await get(user.s3, Bucket), 'a')
    await denied(get(user.s3, Bucket, 'b/c'))
    await denied(get(user.s3, Bucket, 'absent'))
  })

  it('follows conditions on who asks, and from where', async () => {
    const Bucket = await bucketOf({ open: true })
    const read = { Action: 's3:GetObject', Resource: arn(`${Bucket}/*`), Principal: '*' }
    const when = (Condition: object) => putPolicy(Bucket, allow({ ...read, Condition }))
    const status = async () => (await anonymous(`${Bucket}/a`)).status
    await when({ IpAddress: { 'aws:SourceIp': ['127.0.0.0/8', '::1'] } })
    const { PolicyStatus } = await root.send(new GetBucketPolicyStatusCommand({ Bucket }))
    assert.equal(PolicyStatus?.IsPublic, false)
    assert.equal(await status(), 200)
    await when({ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } })
    assert.equal(await status(), 403)
    await when({ Bool: { 'aws:SecureTransport': 'true' } })
    assert.equal(await status(), 403)
    await when({ StringEquals: { 'aws:PrincipalAccount': other } })
    assert.equal(await status(), 403)
    assert.equal(await get(foreignRoot, Bucket), 'a')
    await when({ StringEquals: { 'aws:PrincipalOrgID': 'o-example' } })
    assert.equal(await status(), 403)
    await denied(get(foreignRoot, Bucket))
    await putPolicy(
      Bucket,
      deny({
        NotPrincipal: { AWS: [lake.accountId, `arn:aws:iam::${lake.accountId}:root`] },
        Action: 's3:*',
        Resource: arn(`${Bucket}/*`),
      }),
    )
    assert.equal(await get(root, Bucket), 'a')
    const admin = await userOf([allow({ Action: '*', Resource: '*' })])
    await denied(get(admin.s3, Bucket))
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

  it('copies between accounts when each has let him', async () => {
    const Bucket = await bucketOf()
    const target = `access-${++count}`
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

  it('is narrowed by boundaries and session policies, save what names the session', async () => {
    const Bucket = await bucketOf()
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: 'narrowed',
        AssumeRolePolicyDocument: policyOf(
          allow({ Principal: { AWS: lake.accountId }, Action: 'sts:AssumeRole' }),
        ),
      }),
    )
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'narrowed',
        PolicyName: 'own',
        PolicyDocument: policyOf(allow({ Action: 's3:*', Resource: '*' })),
      }),
    )
    const session = async (RoleSessionName: string) => {
      const { Credentials } = await lake.client(STSClient).send(
        new AssumeRoleCommand({
          RoleArn: Role!.Arn,
          RoleSessionName,
          Policy: policyOf(allow({ Action: 's3:GetObject', Resource: arn(`${Bucket}/b/*`) })),
        }),
      )
      const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!
      return lake.client(S3Client, {
        credentials: {
          accessKeyId: AccessKeyId!,
          secretAccessKey: SecretAccessKey!,
          sessionToken: SessionToken!,
        },
      })
    }
    const one = await session('one')
    assert.equal(await get(one, Bucket, 'b/c'), 'c')
    await denied(get(one, Bucket))
    const read = { Action: 's3:GetObject', Resource: arn(`${Bucket}/*`) }
    await putPolicy(Bucket, allow({ ...read, Principal: { AWS: Role!.Arn } }))
    await denied(get(one, Bucket))
    const sessionArn = `arn:aws:sts::${lake.accountId}:assumed-role/narrowed/one`
    await putPolicy(Bucket, allow({ ...read, Principal: { AWS: sessionArn } }))
    assert.equal(await get(one, Bucket), 'a')
    await denied(get(await session('two'), Bucket))

    const user = await userOf([allow({ Action: 's3:*', Resource: '*' })])
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: 'bound',
        PolicyDocument: policyOf(allow({ Action: 's3:ListBucket', Resource: '*' })),
      }),
    )
    await iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: user.UserName,
        PermissionsBoundary: Policy!.Arn,
      }),
    )
    await denied(get(user.s3, Bucket))
    await putPolicy(Bucket, allow({ ...read, Principal: { AWS: user.arn } }))
    assert.equal(await get(user.s3, Bucket), 'a')
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
    const theirs = lake.client(IAMClient, foreign)
    await denied(get((await userOf([], theirs)).s3, Bucket, 'b/c'))
    const reader = await userOf([allow({ Action: 's3:GetObject', Resource: '*' })], theirs)
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

  it('refuses policies that say nothing sensible', async () => {
    const Bucket = await bucketOf()
    const good = { Principal: '*', Action: 's3:GetObject', Resource: arn(`${Bucket}/*`) }
    const refused = async (Policy: string, message: string) => {
      const error = await rejects(
        root.send(new PutBucketPolicyCommand({ Bucket, Policy })),
        'MalformedPolicy',
        400,
      )
      assert.equal(error.message, message)
    }
    const statement = (own: object) => policyOf(deny({ ...good, ...own }))
    await refused('nothing', 'Policies must be valid JSON and the first byte must be "{"')
    await refused('{"Statement":', 'This policy contains invalid Json')
    await refused('{"Version":"2012-10-17"}', 'Missing required field Statement')
    await refused(statement({ Principal: undefined }), 'Missing required field Principal')
    await refused(statement({ Effect: 'Maybe' }), 'Invalid effect: Maybe')
    await refused(statement({ Action: 'sqs:SendMessage' }), 'Policy has invalid action')
    await refused(statement({ Resource: arn('another/*') }), 'Policy has invalid resource')
    await refused(
      statement({ Resource: arn(Bucket) }),
      'Action does not apply to any resource(s) in statement',
    )
    await refused(
      statement({ Action: 's3:ListBucket' }),
      'Action does not apply to any resource(s) in statement',
    )
    await refused(statement({ More: 1 }), 'Unknown field More')
    await refused(
      statement({ Condition: { Some: { 'aws:x': '1' } } }),
      'Invalid Condition type : Some',
    )
    for (const AWS of [
      '999999999999',
      `arn:aws:iam::${lake.accountId}:user/nobody`,
      `arn:aws:iam::${lake.accountId}:role/*`,
      'nobody',
    ]) {
      await refused(statement({ Principal: { AWS } }), 'Invalid principal in policy')
    }
  })
})
