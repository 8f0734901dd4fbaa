import {
  AthenaClient,
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { openAthena } from './athena.ts'
import type { Benchmark } from './benchmark.ts'

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

/** StopQueryExecution answers when the query's work has ended: how long that takes, from the call. */
export const benchmark: Benchmark = {
  title: 'StopQueryExecution of a query at work: milliseconds until its process has ended',
  async run() {
    await using lake = await openAthena(bucket)
    const athena = new AthenaClient(lake.config)
    const measured = []
    for (const { name, sql } of queries) {
      const times: number[] = []
      for (let round = 0; round < rounds; round += 1) times.push(await stop(athena, sql))
      times.sort((one, other) => one - other)
      const values = [0.5, 0.9, 1].map((part) => times[Math.ceil(part * rounds) - 1]!)
      measured.push({ name, values, note: `${rounds} times` })
    }
    athena.destroy()
    return [
      {
        title: 'from the call to the answer',
        columns: ['median', '90 %', 'greatest'],
        better: 'smaller',
        rows: measured,
      },
    ]
  },
}

/** Stops a query when it has been planned and is at work in the engine. */
async function stop(athena: AthenaClient, QueryString: string): Promise<number> {
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
  const started = performance.now()
  await athena.send(new StopQueryExecutionCommand({ QueryExecutionId }))
  const ms = performance.now() - started
  const ended = await state()
  if (ended.state !== 'CANCELLED') throw new Error(`it is ${ended.state}`)
  return ms
}
