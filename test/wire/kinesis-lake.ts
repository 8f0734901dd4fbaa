import assert from 'node:assert/strict'
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
  type GetShardIteratorCommandInput,
} from '@aws-sdk/client-kinesis'
import type { Config } from '#config'
import { ManualClock } from '#kit'
import { startLake } from '../harness/index.ts'

export const bytes = (text: string) => Buffer.from(text)

/** The error of AWS, by its name and its words. */
export const refuses = (sent: Promise<unknown>, name: string, message: string | RegExp) =>
  assert.rejects(sent, { name, message })

/** A lake whose clock the tests move, and what the tests of Kinesis do again and again. */
export async function startKinesis(config: Partial<Config> = {}) {
  const clock = new ManualClock(Date.now())
  const lake = await startLake(config, { clock })
  const client = lake.client(KinesisClient)

  const arnOf = (name: string) => `arn:aws:kinesis:us-east-1:${lake.accountId}:stream/${name}`

  const createStream = async (StreamName: string, ShardCount = 1): Promise<string> => {
    await client.send(new CreateStreamCommand({ StreamName, ShardCount }))
    return StreamName
  }

  const put = (StreamName: string, text: string, PartitionKey = 'k') =>
    client.send(new PutRecordCommand({ StreamName, PartitionKey, Data: bytes(text) }))

  /** Of the first shard, unless the input names another. */
  const iterator = async (
    input: Omit<GetShardIteratorCommandInput, 'ShardId'> & { readonly ShardId?: string },
  ): Promise<string> => {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ ShardId: 'shardId-000000000000', ...input }),
    )
    return ShardIterator!
  }

  /** What the records of one page say. */
  const texts = async (ShardIterator: string, Limit?: number): Promise<readonly string[]> => {
    const { Records } = await client.send(new GetRecordsCommand({ ShardIterator, Limit }))
    return Records!.map((record) => Buffer.from(record.Data!).toString())
  }

  return { lake, clock, client, arnOf, createStream, put, iterator, texts }
}
