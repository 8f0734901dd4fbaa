import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis'
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
  type Credentials,
} from '@aws-sdk/client-sts'
import { ManualClock } from '#kit'
import { startLake, type TestLake } from '../harness/index.ts'
import { createUser } from '../harness/user.ts'

describe('STS', () => {
  let lake: TestLake
  const clock = new ManualClock(Date.now())
  before(async () => {
    lake = await startLake({}, { clock })
  })
  after(() => lake.stop())

  const keysOf = (credentials: Credentials | undefined) => ({
    credentials: {
      accessKeyId: credentials!.AccessKeyId!,
      secretAccessKey: credentials!.SecretAccessKey!,
      sessionToken: credentials!.SessionToken!,
    },
  })
  const makeUser = async (name: string, statement: object = []) => ({
    credentials: await createUser(lake.client(IAMClient), name, statement),
  })
  const makeRole = async (name: string, trusted: string) => {
    const { Role } = await lake.client(IAMClient).send(
      new CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: trusted }, Action: 'sts:AssumeRole' }],
        }),
      }),
    )
    return Role!.Arn!
  }

  it('says who the root is', async () => {
    const { $metadata, ...identity } = await lake
      .client(STSClient)
      .send(new GetCallerIdentityCommand({}))
    assert.equal($metadata.httpStatusCode, 200)
    assert.deepEqual(identity, {
      UserId: lake.accountId,
      Account: lake.accountId,
      Arn: `arn:aws:iam::${lake.accountId}:root`,
    })
  })

  it('says who a user without any policy is, and lets him do nothing else', async () => {
    const keys = await makeUser('nobody')
    const identity = await lake.client(STSClient, keys).send(new GetCallerIdentityCommand({}))
    assert.equal(identity.Arn, `arn:aws:iam::${lake.accountId}:user/nobody`)
    assert.match(identity.UserId!, /^AIDA[A-Z2-7]{16}$/)
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    await assert.rejects(lake.client(KinesisClient, keys).send(new ListStreamsCommand({})), {
      name: 'AccessDeniedException',
      message: `User: arn:aws:iam::${lake.accountId}:user/nobody is not authorized to perform: kinesis:ListStreams on resource: * because no identity-based policy allows the kinesis:ListStreams action`,
    })
    await assert.rejects(
      lake
        .client(STSClient, keys)
        .send(new GetAccessKeyInfoCommand({ AccessKeyId: keys.credentials.accessKeyId })),
      { name: 'AccessDenied' },
    )
  })

  it('gives a role to whom it trusts, with what the role may do, until it ends', async () => {
    const keys = await makeUser('assumer')
    const arn = await makeRole('reader', `arn:aws:iam::${lake.accountId}:user/assumer`)
    await lake.client(IAMClient).send(
      new PutRolePolicyCommand({
        RoleName: 'reader',
        PolicyName: 'list',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'kinesis:List*', Resource: '*' }],
        }),
      }),
    )
    const assumed = await lake
      .client(STSClient, keys)
      .send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'work', DurationSeconds: 900 }))
    assert.equal(
      assumed.AssumedRoleUser?.Arn,
      `arn:aws:sts::${lake.accountId}:assumed-role/reader/work`,
    )
    assert.match(assumed.AssumedRoleUser!.AssumedRoleId!, /^AROA[A-Z2-7]{16}:work$/)
    assert.match(assumed.Credentials!.AccessKeyId!, /^ASIA/)
    const session = keysOf(assumed.Credentials)
    const identity = await lake.client(STSClient, session).send(new GetCallerIdentityCommand({}))
    assert.equal(identity.Arn, assumed.AssumedRoleUser!.Arn)
    await lake.client(KinesisClient, session).send(new ListStreamsCommand({}))
    await assert.rejects(
      lake
        .client(STSClient, { credentials: { ...session.credentials, sessionToken: 'wrong' } })
        .send(new GetCallerIdentityCommand({})),
      { name: 'InvalidClientTokenId' },
    )
    await assert.rejects(
      lake
        .client(STSClient, { credentials: { ...session.credentials, sessionToken: undefined } })
        .send(new GetCallerIdentityCommand({})),
      { name: 'InvalidClientTokenId' },
    )
    clock.advance(901_000)
    const later = { ...session, systemClockOffset: 901_000 }
    await assert.rejects(lake.client(STSClient, later).send(new GetCallerIdentityCommand({})), {
      name: /ExpiredToken/,
    })
    await assert.rejects(lake.client(KinesisClient, later).send(new ListStreamsCommand({})), {
      name: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    })
    clock.advance(-901_000)
  })

  it('refuses a role to others, and to sessions that are too long', async () => {
    const keys = await makeUser('stranger')
    const arn = await makeRole('guarded', `arn:aws:iam::${lake.accountId}:root`)
    await assert.rejects(
      lake
        .client(STSClient, keys)
        .send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'work' })),
      {
        name: 'AccessDenied',
        message: `User: arn:aws:iam::${lake.accountId}:user/stranger is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      },
    )
    const assume = (input: object) =>
      lake
        .client(STSClient)
        .send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'work', ...input }))
    await assert.rejects(assume({ DurationSeconds: 7200 }), {
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    })
    await assert.rejects(assume({ DurationSeconds: 10 }), { name: 'ValidationError' })
    await assert.rejects(assume({ RoleSessionName: 'no spaces' }), { name: 'ValidationError' })
    await assert.rejects(assume({ Policy: '{' }), { name: /MalformedPolicyDocument/ })
  })

  it('gives a user a session token that acts as him', async () => {
    const keys = await makeUser('mobile', { Effect: 'Allow', Action: 'kinesis:*', Resource: '*' })
    const { Credentials } = await lake
      .client(STSClient, keys)
      .send(new GetSessionTokenCommand({ DurationSeconds: 900 }))
    const session = keysOf(Credentials)
    const identity = await lake.client(STSClient, session).send(new GetCallerIdentityCommand({}))
    assert.equal(identity.Arn, `arn:aws:iam::${lake.accountId}:user/mobile`)
    await lake.client(KinesisClient, session).send(new ListStreamsCommand({}))
    await assert.rejects(lake.client(STSClient, session).send(new GetSessionTokenCommand({})), {
      name: 'AccessDenied',
    })
  })

  it('knows the account of a key', async () => {
    const other = await lake.addAccount('210987654321')
    const info = await lake
      .client(STSClient)
      .send(new GetAccessKeyInfoCommand({ AccessKeyId: other.accessKeyId }))
    assert.equal(info.Account, '210987654321')
  })
})
