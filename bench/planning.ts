import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { BatchCreatePartitionCommand, GlueClient } from '@aws-sdk/client-glue'
import { openAthena, type BenchAthena } from './athena.ts'
import { median, type Benchmark } from './benchmark.ts'
import { startDuckdb } from './duckdb.ts'

const days = 100
const rounds = 5
/** Days and customers that have a file; a query that is measured finds some of them. */
const filled = 5

const conditions = (customers: number) => [
  { name: 'one partition', sql: `day = DATE '2024-01-03' AND customer = 3` },
  { name: 'ten of a day', sql: `day = DATE '2024-01-03' AND customer BETWEEN 0 AND 9` },
  { name: 'last key alone', sql: 'customer = 3' },
  { name: 'days and last key', sql: `day > DATE '2024-01-02' AND customer IN (2, 3)` },
  { name: 'by expression', sql: `day_of_year(day) = 3 AND customer % ${customers} = 3` },
]

/** What StartQueryExecution's planning takes of a selective query, as its statistics tell it, over a growing number of partitions. */
export const benchmark: Benchmark = {
  title:
    'planning a selective query: milliseconds of QueryPlanningTimeInMillis (--full: 100,000 partitions)',
  async run({ full }) {
    const sizes = full ? [10_000, 100_000] : [10_000]
    const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
    try {
      await using athena = await openAthena('bench-planning')
      const file = join(folder, 'rows.parquet')
      await using plain = startDuckdb(availableParallelism())
      await plain.run([`COPY (SELECT range AS id FROM range(1000)) TO '${file}' (FORMAT parquet)`])
      const rows = await readFile(file)
      const measured: { name: string; values: readonly number[] }[] = []
      for (const size of sizes) {
        const customers = size / days
        await fill(athena, customers, rows)
        for (const kind of ['catalog', 'projection']) {
          const table = `bench.${kind}_${size}`
          const values: number[] = []
          for (const { sql } of conditions(customers))
            values.push(await planning(athena, table, sql))
          measured.push({ name: `${size.toLocaleString('en')}, ${kind}`, values })
        }
      }
      const columns = conditions(1).map(({ name }) => name)
      return [{ title: 'median of 5', columns, better: 'smaller', rows: measured.toReversed() }]
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

async function planning(athena: BenchAthena, table: string, condition: string): Promise<number> {
  const times: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const { Statistics } = await athena.query(`SELECT count(*) FROM ${table} WHERE ${condition}`)
    if (round > 0) times.push(Statistics!.QueryPlanningTimeInMillis!)
  }
  return median(times)
}

/** Two tables over the same files: one with partitions in the catalog, one that projects them. */
async function fill(athena: BenchAthena, customers: number, rows: Uint8Array): Promise<void> {
  const { bucket } = athena
  const size = customers * days
  const base = `s3://${bucket}/t${size}`
  const shape = '(id bigint) PARTITIONED BY (day date, customer int) STORED AS PARQUET'
  await athena.query(`CREATE EXTERNAL TABLE bench.catalog_${size} ${shape} LOCATION '${base}/'`)
  await athena.query(`CREATE EXTERNAL TABLE bench.projection_${size} ${shape} LOCATION '${base}/'
    TBLPROPERTIES ('projection.enabled'='true', 'projection.day.type'='date', 'projection.day.format'='yyyy-MM-dd',
      'projection.day.range'='${dayOf(0)},${dayOf(days - 1)}', 'projection.customer.type'='integer', 'projection.customer.range'='0,${customers - 1}')`)
  for (let day = 0; day < filled; day += 1) {
    for (let customer = 0; customer < filled; customer += 1) {
      await athena.put(`t${size}/day=${dayOf(day)}/customer=${customer}/0.parquet`, rows)
    }
  }
  const glue = new GlueClient(athena.config)
  const storage = {
    Columns: [{ Name: 'id', Type: 'bigint' }],
    InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    SerdeInfo: {
      SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
    },
  }
  const inputs = Array.from({ length: size }, (_, at) => {
    const [day, customer] = [dayOf(Math.floor(at / customers)), String(at % customers)]
    const Location = `${base}/day=${day}/customer=${customer}/`
    return { Values: [day, customer], StorageDescriptor: { ...storage, Location } }
  })
  for (let at = 0; at < size; at += 400) {
    const chunks = [0, 100, 200, 300].map((more) => inputs.slice(at + more, at + more + 100))
    await Promise.all(
      chunks
        .filter((chunk) => chunk.length > 0)
        .map((PartitionInputList) =>
          glue.send(
            new BatchCreatePartitionCommand({
              DatabaseName: 'bench',
              TableName: `catalog_${size}`,
              PartitionInputList,
            }),
          ),
        ),
    )
  }
  glue.destroy()
}

function dayOf(day: number): string {
  return new Date(Date.UTC(2024, 0, 1) + day * 86_400_000).toISOString().slice(0, 10)
}
