/*
 * `npm run bench [-- --only name] [--full] [--scale n]`: runs the benchmarks one after the other and prints, for each, medians and their
 * ratios to a peer or to a limit of the same machine. What was seen is in docs/internals/performance.md.
 */
import { availableParallelism, cpus, totalmem } from 'node:os'
import { inspect, parseArgs } from 'node:util'
import type { Benchmark } from './benchmark.ts'
import { installPeers } from './peers.ts'
import { endProgress } from './progress.ts'
import { printTable } from './table.ts'

const benchmarks: Readonly<Record<string, () => Promise<{ readonly benchmark: Benchmark }>>> = {
  startup: () => import('./startup.ts'),
  streaming: () => import('./streaming.ts'),
  shards: () => import('./shards.ts'),
  readers: () => import('./readers.ts'),
  retained: () => import('./retained.ts'),
  objects: () => import('./objects.ts'),
  memory: () => import('./memory.ts'),
  listing: () => import('./listing.ts'),
  parquet: () => import('./parquet.ts'),
  delivery: () => import('./delivery.ts'),
  queries: () => import('./queries.ts'),
  cancelling: () => import('./cancelling.ts'),
  tpch: () => import('./tpch.ts'),
  tpcds: () => import('./tpcds.ts'),
  planning: () => import('./planning.ts'),
  tables: () => import('./tables.ts'),
  maintenance: () => import('./maintenance.ts'),
  partitions: () => import('./partitions.ts'),
  iceberg: () => import('./iceberg-queries.ts'),
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    full: { type: 'boolean', default: false },
    scale: { type: 'string' },
  },
})
const names = values.only ?? Object.keys(benchmarks)
const unknown = names.filter((name) => !(name in benchmarks))
if (unknown.length > 0) {
  throw new Error(`no such benchmark: ${unknown}; there are ${Object.keys(benchmarks)}`)
}

const scale = values.scale === undefined ? {} : { scale: Number(values.scale) }
if (scale.scale !== undefined && !(scale.scale > 0)) throw new Error('--scale takes a number')

const say = (text: string) => process.stdout.write(`${text}\n`)
const peers = await installPeers()
const started = performance.now()
const gib = (totalmem() / 2 ** 30).toFixed(0)
say(`Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model}, ${gib} GiB`)
let failures = 0
for (const name of names) {
  const { benchmark } = await benchmarks[name]!()
  say(`\n${name}: ${benchmark.title}`)
  try {
    const tables = await benchmark.run({ peers, full: values.full, ...scale })
    endProgress()
    for (const table of tables) printTable(table)
  } catch (error) {
    endProgress()
    failures += 1
    say(`  failed: ${inspect(error)}`)
  }
}
say(`\nin ${((performance.now() - started) / 1000).toFixed(0)} s`)
process.exitCode = failures > 0 ? 1 : 0
