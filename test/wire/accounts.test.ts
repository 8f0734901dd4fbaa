import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateRoleCommand,
  CreateUserCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { startLake, type TestLake } from '../harness/index.ts'

const other = '210987654321'

describe('accounts', () => {
  let lake: TestLake
  let foreign: { readonly credentials: { accessKeyId: string; secretAccessKey: string } }
  before(async () => {
    lake = await startLake()
    foreign = { credentials: await lake.addAccount(other) }
  })
  after(() => lake.stop())

  it('each have a root of their own', async () => {
    const { Arn } = await lake.client(STSClient, foreign).send(new GetCallerIdentityCommand({}))
    assert.equal(Arn, `arn:aws:iam::${other}:root`)
    await assert.rejects(lake.addAccount(other), { code: 'AccountExists' })
  })

  it('do not see the principals of one another', async () => {
    await lake.client(IAMClient).send(new CreateUserCommand({ UserName: 'ours' }))
    const iam = lake.client(IAMClient, foreign)
    assert.deepEqual((await iam.send(new ListUsersCommand({}))).Users, [])
    await assert.rejects(iam.send(new GetUserCommand({ UserName: 'ours' })), {
      name: 'NoSuchEntityException',
    })
    await iam.send(new CreateUserCommand({ UserName: 'ours' }))
  })

  it('meet only in a role that trusts', async () => {
    const make = (name: string, accountId: string) =>
      lake.client(IAMClient).send(
        new CreateRoleCommand({
          RoleName: name,
          AssumeRolePolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' },
            ],
          }),
        }),
      )
    const open = await make('open', other)
    const closed = await make('closed', lake.accountId)
    const sts = lake.client(STSClient, foreign)
    const assume = (RoleArn: string | undefined) =>
      sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'guest' }))
    const { AssumedRoleUser } = await assume(open.Role!.Arn)
    assert.equal(AssumedRoleUser!.Arn, `arn:aws:sts::${lake.accountId}:assumed-role/open/guest`)
    await assert.rejects(assume(closed.Role!.Arn), { name: 'AccessDenied' })
    await assert.rejects(assume(`arn:aws:iam::${lake.accountId}:role/absent`), {
      name: 'AccessDenied',
    })
  })
})
