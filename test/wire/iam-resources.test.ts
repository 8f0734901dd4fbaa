import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  AthenaClient,
  CreateNamedQueryCommand,
  CreateWorkGroupCommand,
  GetNamedQueryCommand,
  BatchGetNamedQueryCommand,
} from '@aws-sdk/client-athena'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateStreamCommand,
  DeleteResourcePolicyCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-kinesis'
import { startLake, type TestLake } from '../harness/index.ts'
import { createUser } from '../harness/user.ts'

/** Where the input of a call names what it works on only by a token or an id. */
describe('policies know what is meant', () => {
  let lake: TestLake
  let count = 0
  before(async () => {
    lake = await startLake()
  })
  after(() => lake.stop())

  const userWith = async (Action: string, Resource: string) => {
    const iam = lake.client(IAMClient)
    return { credentials: await createUser(iam, `user-${++count}`, { Action, Resource }) }
  }

  it('by the token of a further page of shards', async () => {
    const kinesis = lake.client(KinesisClient)
    for (const StreamName of ['mine', 'theirs']) {
      await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }))
    }
    const token = async (StreamName: string) =>
      (await kinesis.send(new ListShardsCommand({ StreamName, MaxResults: 1 }))).NextToken
    const user = lake.client(
      KinesisClient,
      await userWith('kinesis:ListShards', `arn:aws:kinesis:*:${lake.accountId}:stream/mine`),
    )
    const { Shards } = await user.send(new ListShardsCommand({ NextToken: await token('mine') }))
    assert.equal(Shards?.length, 1)
    const theirs = new ListShardsCommand({ NextToken: await token('theirs') })
    await assert.rejects(user.send(theirs), { name: 'AccessDeniedException' })
  })

  it('and let another account into a stream', async () => {
    const kinesis = lake.client(KinesisClient)
    const arns: string[] = []
    for (const StreamName of ['shared', 'closed']) {
      await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
      arns.push(`arn:aws:kinesis:us-east-1:${lake.accountId}:stream/${StreamName}`)
    }
    const [shared, closed] = arns as [string, string]
    const other = lake.client(KinesisClient, {
      credentials: await lake.addAccount('210987654321'),
    })
    const Data = new Uint8Array([1])
    const put = (StreamARN: string, client = other) =>
      client.send(new PutRecordCommand({ StreamARN, Data, PartitionKey: 'k' }))
    const denied = { name: 'AccessDeniedException' }
    await assert.rejects(put(shared), denied)
    const allow = (Effect: string, AWS: string, ...actions: string[]) =>
      kinesis.send(
        new PutResourcePolicyCommand({
          ResourceARN: shared,
          Policy: JSON.stringify({
            Version: '2012-10-17',
            Statement: {
              Effect,
              Principal: { AWS },
              Action: actions.map((name) => `kinesis:${name}`),
              Resource: shared,
            },
          }),
        }),
      )
    await allow('Allow', '210987654321', 'PutRecord', 'GetShardIterator', 'GetRecords')
    await put(shared)
    await assert.rejects(put(closed), denied)
    const start = { ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' } as const
    const { ShardIterator } = await other.send(
      new GetShardIteratorCommand({ StreamARN: shared, ...start }),
    )
    const read = (StreamARN: string | undefined, iterator = ShardIterator) =>
      other.send(new GetRecordsCommand({ StreamARN, ShardIterator: iterator }))
    assert.equal((await read(shared)).Records?.length, 1)
    const { ShardIterator: hidden } = await kinesis.send(
      new GetShardIteratorCommand({ StreamARN: closed, ...start }),
    )
    await assert.rejects(read(shared, hidden), { name: 'InvalidArgumentException' })
    await assert.rejects(read(closed, hidden), denied)
    await allow('Deny', '*', 'PutRecord')
    await assert.rejects(put(shared), denied)
    await assert.rejects(put(shared, kinesis), denied)
    await kinesis.send(new DeleteResourcePolicyCommand({ ResourceARN: shared }))
    await put(shared, kinesis)
    await assert.rejects(put(shared), denied)
  })

  it('by the id of a query', async () => {
    const athena = lake.client(AthenaClient)
    const ids: string[] = []
    for (const Name of ['mine', 'theirs']) {
      await athena.send(new CreateWorkGroupCommand({ Name }))
      const { NamedQueryId } = await athena.send(
        new CreateNamedQueryCommand({
          Name: 'q',
          Database: 'd',
          QueryString: 'SELECT 1',
          WorkGroup: Name,
        }),
      )
      ids.push(NamedQueryId!)
    }
    const [mine, theirs] = ids as [string, string]
    const user = lake.client(
      AthenaClient,
      await userWith('athena:*', `arn:aws:athena:*:${lake.accountId}:workgroup/mine`),
    )
    const { NamedQuery } = await user.send(new GetNamedQueryCommand({ NamedQueryId: mine }))
    assert.equal(NamedQuery?.WorkGroup, 'mine')
    const denied = { name: 'AccessDeniedException' }
    await assert.rejects(user.send(new GetNamedQueryCommand({ NamedQueryId: theirs })), denied)
    await user.send(new BatchGetNamedQueryCommand({ NamedQueryIds: [mine] }))
    await assert.rejects(user.send(new BatchGetNamedQueryCommand({ NamedQueryIds: ids })), denied)
  })
})
