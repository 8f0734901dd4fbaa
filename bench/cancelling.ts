import {
  AthenaClient,
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { openAthena, type BenchAthena } from './athena.ts'
import type { Benchmark } from './benchmark.ts'
import { cpuSecondsOf, hasEnded } from './child.ts'

const rounds = 30
const bucket = 'bench-cancelling'

const numbers = (name: string) => `UNNEST(sequence(1, 10000)) AS ${name}(${name})`
const rowsOf = `FROM ${numbers('a')} CROSS JOIN ${numbers('b')} CROSS JOIN ${numbers('c')}`

/** Hours of work, in the engine and in a function of ours. */
const queries = [
  { name: 'a join', sql: `SELECT count(*) ${rowsOf} WHERE a * b * c % 7 = 3` },
  {
    name: 'a function',
    sql: `SELECT count(*) ${rowsOf} WHERE murmur3(to_utf8(CAST(a * b * c AS varchar))) = x'00'`,
  },
]

/** How long a process is watched after the answer: what still worked then would show. */
const watchedMs = 200

/** StopQueryExecution answers when the query's work has ended: how long that takes, from the call, and whether it is so. */
export const benchmark: Benchmark = {
  title: `StopQueryExecution of a query at work: milliseconds from the call, ${rounds} times each`,
  async run() {
    await using lake = await openAthena(bucket)
    const athena = new AthenaClient(lake.config)
    const tables = []
    for (const { name, sql } of queries) {
      const stops: Stop[] = []
      for (let round = 0; round < rounds; round += 1) stops.push(await stop(lake, athena, sql))
      tables.push({
        title: name,
        columns: ['median', '90 %', 'greatest'],
        better: 'smaller' as const,
        rows: [
          spread('to the answer', stops, ({ answeredMs }) => answeredMs),
          spread('to the last of its process', stops, ({ endedMs }) => endedMs),
          spread('processor time of it after the answer', stops, ({ cpuMsAfter }) => cpuMsAfter),
        ],
      })
    }
    athena.destroy()
    return tables
  },
}

interface Stop {
  readonly answeredMs: number
  readonly endedMs: number
  readonly cpuMsAfter: number
}

function spread(name: string, stops: readonly Stop[], of: (stop: Stop) => number) {
  const times = stops.map(of).toSorted((one, other) => one - other)
  const values = [0.5, 0.9, 1].map((part) => times[Math.ceil(part * rounds) - 1]!)
  return { name, values }
}

/** Stops a query when it has been planned and is at work in the engine, and watches the process that works for it. */
async function stop(lake: BenchAthena, athena: AthenaClient, QueryString: string): Promise<Stop> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString,
      ResultConfiguration: { OutputLocation: `s3://${bucket}/results/` },
    }),
  )
  const state = async () => {
    const answer = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))
    const { Status, Statistics } = answer.QueryExecution!
    return { state: Status!.State!, ranMs: Statistics?.EngineExecutionTimeInMillis ?? 0 }
  }
  for (;;) {
    const now = await state()
    if (now.state === 'RUNNING' && now.ranMs > 50) break
    if (now.state !== 'QUEUED' && now.state !== 'RUNNING') throw new Error(`it is ${now.state}`)
  }
  const pid = await atWork(lake)
  const started = performance.now()
  let answeredMs: number | undefined
  const answering = athena
    .send(new StopQueryExecutionCommand({ QueryExecutionId }))
    .then(() => (answeredMs = performance.now() - started))
  while (!hasEnded(pid) && performance.now() - started < 10_000) await soon()
  const endedMs = performance.now() - started
  await answering
  const cpuMsAfter = await cpuMsFromNowOn(pid)
  const ended = await state()
  if (ended.state !== 'CANCELLED') throw new Error(`it is ${ended.state}`)
  return { answeredMs: answeredMs!, endedMs, cpuMsAfter }
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 1))

/** More processor time than a process takes to start: whatever has taken it is at work. */
const startSecondsMax = 1

/** The process of the engine that is at work, and not just starting. */
async function atWork({ server }: BenchAthena): Promise<number> {
  for (;;) {
    for (const [pid, seconds] of server.cpuSecondsOfChildren()) {
      if (seconds > startSecondsMax) return pid
    }
    await soon()
  }
}

async function cpuMsFromNowOn(pid: number): Promise<number> {
  const startedAt = performance.now()
  const seconds: number[] = []
  while (!hasEnded(pid) && performance.now() - startedAt < watchedMs) {
    seconds.push(cpuSecondsOf(pid))
    await soon()
  }
  return 1000 * ((seconds.at(-1) ?? 0) - (seconds[0] ?? 0))
}
