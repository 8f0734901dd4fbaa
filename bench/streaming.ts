import { join } from 'node:path'
import { median, type Benchmark } from './benchmark.ts'
import { spawnBoathouse } from './boathouse.ts'
import { isAnswering, spawnMeasured, type MeasuredServer } from './child.ts'
import { sendLoad, type Measured } from './load.ts'
import type { Peers } from './peers.ts'
import { createStream, putRecords, recordsPerRequest } from './put-records.ts'
import type { Row, Table } from './table.ts'

const connectionCounts = [1, 8, 32]
const rounds = 3
const warmUpMs = 700
const roundMs = 800

/** PutRecords of 500 records over 1, 8 and 32 connections, into a stream of four shards. */
export const benchmark: Benchmark = {
  title: `PutRecords, ${recordsPerRequest} records a request, 4 shards: records per second of the server's processor time`,
  async run({ peers }) {
    const tables: Table[] = []
    for (const recordBytes of [1024, 200]) tables.push(await measureSize(recordBytes, peers))
    return tables
  },
}

async function measureSize(recordBytes: number, peers: Peers): Promise<Table> {
  const rows: Row[] = []
  for (const contender of contenders(peers)) {
    rows.push(await measure(contender, recordBytes))
  }
  return {
    title: `${recordBytes} B records`,
    columns: connectionCounts.map((count) => `${count} connection${count > 1 ? 's' : ''}`),
    better: 'greater',
    rows,
  }
}

interface Contender {
  readonly name: string
  readonly note: string
  readonly connections: readonly number[]
  readonly start: () => Promise<MeasuredServer> | undefined
}

function contenders(peers: Peers): readonly Contender[] {
  const limit = (mode: string) => () =>
    spawnMeasured({
      args: (port, folder) => [
        join(import.meta.dirname, 'limits', 'streams.ts'),
        String(port),
        folder,
        mode,
      ],
      isReady: isAnswering,
    })
  const common = { connections: connectionCounts }
  return [
    { ...common, name: 'Boathouse', note: 'signed, durable', start: () => spawnBoathouse() },
    { ...common, name: 'bare Node, durable', note: 'the same fsyncs', start: limit('keep') },
    { ...common, name: 'bare Node, dropped', note: 'parse and decode only', start: limit('drop') },
    {
      ...common,
      name: 'kinesalite',
      note: 'in memory, not signed',
      start: () => startKinesalite(peers),
    },
    {
      ...common,
      // It answers more slowly the more it holds; more connections do not help it.
      connections: [1],
      name: 'kinesis-local',
      note: 'in memory, not signed, 1 connection',
      start: () => startKinesisLocal(peers),
    },
  ]
}

function startKinesalite(peers: Peers): Promise<MeasuredServer> | undefined {
  const path = peers.pathOf('kinesalite', 'cli.js')
  if (path === undefined) return undefined
  return spawnMeasured({
    args: (port) => [path, '--port', String(port), '--createStreamMs', '1'],
    isReady: isAnswering,
  })
}

function startKinesisLocal(peers: Peers): Promise<MeasuredServer> | undefined {
  const path = peers.pathOf('kinesis-local', 'main.js')
  if (path === undefined) return undefined
  return spawnMeasured({
    args: () => [path],
    env: (port, folder) => ({
      KINESIS_MOCK_PLAIN_PORT: String(port),
      KINESIS_MOCK_TLS_PORT: String(port + 1),
      KINESIS_MOCK_CERT_PATH: join(path, '..', 'server.json'),
      PERSIST_PATH: folder,
      LOG_LEVEL: 'ERROR',
    }),
    isReady: isAnswering,
  })
}

async function measure(contender: Contender, recordBytes: number): Promise<Row> {
  const { name, note } = contender
  const values: (number | undefined)[] = connectionCounts.map(() => undefined)
  const starting = contender.start()
  if (!starting) return { name, values, note: 'not installed' }
  await using server = await starting
  await createStream(server.port, 4)
  // Distinct requests, so that nothing is won by a processor's cache; few, because their bytes stay in memory.
  const requests = Array.from({ length: 16 }, (_, seed) =>
    putRecords(server.port, recordBytes, seed),
  )
  const load = (connections: number, durationMs: number): Promise<Measured> =>
    sendLoad({
      server,
      connections,
      durationMs,
      request: (index) => requests[index % requests.length]!,
      unitsPerRequest: recordsPerRequest,
    })
  await load(contender.connections.at(-1)!, warmUpMs)
  for (const [index, count] of connectionCounts.entries()) {
    if (!contender.connections.includes(count)) continue
    const results: Measured[] = []
    // What the load before has left is not this one's.
    await load(count, warmUpMs)
    for (let round = 0; round < rounds; round += 1) results.push(await load(count, roundMs))
    values[index] = median(results.map((result) => result.perCpuSecond))
  }
  return { name, values, note }
}
