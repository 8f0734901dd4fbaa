import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
} from '@aws-sdk/client-iam'
import {
  GetBucketPolicyStatusCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { policyOf } from '../harness/service-role.ts'
import { allow, arn, denied, deny, get, other, startAccessLake } from './s3-access-lake.ts'
import { rejects } from './s3-fixture.ts'

const { lake, root, iam, foreignRoot, bucketOf, userOf, putPolicy, anonymous } =
  await startAccessLake()
after(() => lake.stop())

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-management.html */
describe('policies of S3', () => {
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
