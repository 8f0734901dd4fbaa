import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis'
import { spawnServer, testCredentials, type ServerProcess } from '../harness/index.ts'

const StreamName = 'crash'
const shardIds = ['shardId-000000000000', 'shardId-000000000001']

function clientOf(server: ServerProcess): KinesisClient {
  const { endpoint } = server
  const credentials = testCredentials
  return new KinesisClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
}

async function iteratorOf(client: KinesisClient, ShardId: string): Promise<string> {
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  )
  return ShardIterator!
}

async function readAll(client: KinesisClient, from: string): Promise<readonly string[]> {
  const texts: string[] = []
  let iterator = from
  for (;;) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 1000 }))
    if (page.Records!.length === 0) return texts
    texts.push(...page.Records!.map((record) => Buffer.from(record.Data!).toString()))
    iterator = page.NextShardIterator!
  }
}

test('kill -9 under load: every acknowledged record is there again, and old iterators go on', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'boathouse-crash-'))
  let server = await spawnServer({ dataDir })
  let client = clientOf(server)
  const acknowledged = new Map<string, string[]>(shardIds.map((id) => [id, []]))
  try {
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }))
    const iterators = await Promise.all(shardIds.map((id) => iteratorOf(client, id)))
    for (let round = 0; round < 2; round += 1) {
      let requests = 0
      const producers = Array.from({ length: 3 }, async (_, producer) => {
        try {
          for (;;) {
            const from = `${round}-${producer}-${requests}`
            requests += 1
            const Records = ['a', 'b', 'c'].map((letter) => ({
              PartitionKey: letter,
              Data: Buffer.from(`${from}-${letter}`.padEnd(500, '.')),
            }))
            const sent = await client.send(new PutRecordsCommand({ StreamName, Records }))
            for (const [index, result] of sent.Records!.entries()) {
              acknowledged.get(result.ShardId!)!.push(Records[index]!.Data.toString())
            }
            if (requests === 60) await server.kill()
          }
        } catch (error) {
          // The server was killed under this request: it was not acknowledged.
          assert.equal(server.child.killed, true, String(error))
        }
      })
      await Promise.all(producers)
      client.destroy()
      server = await spawnServer({ dataDir })
      client = clientOf(server)
      for (const [index, shardId] of shardIds.entries()) {
        const found = new Set(await readAll(client, iterators[index]!))
        const missing = acknowledged.get(shardId)!.filter((text) => !found.has(text))
        assert.deepEqual(missing, [])
      }
    }
    assert.equal(await server.stop(), 0)
  } finally {
    client.destroy()
    server.child.kill('SIGKILL')
    await rm(dataDir, { recursive: true, force: true })
  }
})
