import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreatePartitionCommand,
  DeletePartitionCommand,
  GetPartitionsCommand,
  GetTableCommand,
  GlueClient,
  UpdateTableCommand,
} from '@aws-sdk/client-glue'
import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'

/** How long it goes on: `BOATHOUSE_RACE_SECONDS=180 npm test -- fresh-reads` for long. */
const seconds = Number(process.env['BOATHOUSE_RACE_SECONDS'] ?? 3)
const workers = 4
const partitions = ['a', 'b', 'c']
const keysPerPartition = 3

let lake: AthenaLake
let glue: GlueClient
before(async () => {
  lake = await startAthenaLake()
  glue = lake.lake.client(GlueClient)
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!

/**
 * A table that only this worker changes, and what must be in it. All workers share what is kept of the database, and each commits while the
 * others read.
 */
class Worker {
  readonly #table: string
  /** By partition and key, how many rows an object has. */
  readonly #objects = new Map<string, Map<string, number>>(
    partitions.map((partition) => [partition, new Map()]),
  )
  readonly #registered = new Set<string>()
  #icebergRows = 0
  #columns = 1

  constructor(table: string) {
    this.#table = table
  }

  async create(): Promise<void> {
    await lake.run(
      `CREATE EXTERNAL TABLE ${this.#table} (n int) PARTITIONED BY (p string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://data/${this.#table}/'`,
    )
    await lake.run(
      `CREATE TABLE ${this.#table}_ice (n int) LOCATION 's3://data/${this.#table}_ice/' TBLPROPERTIES ('table_type'='ICEBERG')`,
    )
  }

  change(): Promise<void> {
    return pick([
      () => this.#put(),
      () => this.#put(),
      () => this.#remove(),
      () => this.#togglePartition(),
      () => this.#addColumn(),
      () => this.#changeIceberg(),
    ])()
  }

  async #put(): Promise<void> {
    const partition = pick(partitions)
    const key = `${Math.floor(Math.random() * keysPerPartition)}.json`
    const rows = 1 + Math.floor(Math.random() * 5)
    await lake.put(`${this.#table}/p=${partition}/${key}`, '{"n":1}\n'.repeat(rows))
    this.#objects.get(partition)!.set(key, rows)
  }

  async #remove(): Promise<void> {
    const partition = pick(partitions)
    const [key] = this.#objects.get(partition)!.keys()
    if (key === undefined) return
    const Key = `${this.#table}/p=${partition}/${key}`
    await lake.s3.send(new DeleteObjectCommand({ Bucket: 'data', Key }))
    this.#objects.get(partition)!.delete(key)
  }

  async #togglePartition(): Promise<void> {
    const partition = pick(partitions)
    const where = { DatabaseName: 'shop', TableName: this.#table }
    if (this.#registered.delete(partition)) {
      await glue.send(new DeletePartitionCommand({ ...where, PartitionValues: [partition] }))
      return
    }
    const { StorageDescriptor } = await this.#load()
    const Location = `s3://data/${this.#table}/p=${partition}/`
    const PartitionInput = {
      Values: [partition],
      StorageDescriptor: { ...StorageDescriptor, Location },
    }
    await glue.send(new CreatePartitionCommand({ ...where, PartitionInput }))
    this.#registered.add(partition)
  }

  async #addColumn(): Promise<void> {
    const { Name, PartitionKeys, Parameters, TableType, StorageDescriptor } = await this.#load()
    const Columns = [{ Name: 'n', Type: 'int' }]
    for (let more = 1; more <= this.#columns; more += 1) {
      Columns.push({ Name: `more${more}`, Type: 'string' })
    }
    const TableInput = {
      Name: Name!,
      PartitionKeys,
      Parameters,
      TableType,
      StorageDescriptor: { ...StorageDescriptor, Columns },
    }
    await glue.send(new UpdateTableCommand({ DatabaseName: 'shop', TableInput }))
    this.#columns = Columns.length
  }

  async #changeIceberg(): Promise<void> {
    if (this.#icebergRows > 5) {
      await lake.run(`DELETE FROM ${this.#table}_ice`)
      this.#icebergRows = 0
    } else {
      await lake.run(`INSERT INTO ${this.#table}_ice VALUES (1)`)
      this.#icebergRows += 1
    }
  }

  async #load() {
    const { Table } = await glue.send(
      new GetTableCommand({ DatabaseName: 'shop', Name: this.#table }),
    )
    return Table!
  }

  /** Everything that was answered before is in what is asked now, by each door. */
  async check(): Promise<void> {
    const found = await lake.run(`SELECT p, count(*) FROM ${this.#table} GROUP BY p ORDER BY p`)
    const expected = partitions.flatMap((partition) => {
      const rows = [...this.#objects.get(partition)!.values()].reduce((sum, each) => sum + each, 0)
      return this.#registered.has(partition) && rows > 0 ? [[partition, `${rows}`]] : []
    })
    assert.deepEqual(found, expected, this.#table)
    const columns = (await lake.run(`DESCRIBE ${this.#table}`)).map(
      ([line]) => line!.split(/\s/)[0],
    )
    assert.deepEqual(
      columns.filter((name) => name!.startsWith('more')).length,
      this.#columns - 1,
      `${this.#table}: ${columns}`,
    )
    const [[rows]] = (await lake.run(`SELECT count(*) FROM ${this.#table}_ice`)) as [[string]]
    assert.equal(rows, `${this.#icebergRows}`, `${this.#table}_ice`)
    const { Partitions } = await glue.send(
      new GetPartitionsCommand({ DatabaseName: 'shop', TableName: this.#table }),
    )
    const values = Partitions!.map(({ Values }) => Values![0]!)
    assert.deepEqual(values.toSorted(), [...this.#registered].toSorted())
    const listed = await lake.s3.send(
      new ListObjectsV2Command({ Bucket: 'data', Prefix: `${this.#table}/` }),
    )
    const keys = partitions.flatMap((partition) =>
      [...this.#objects.get(partition)!.keys()].map(
        (key) => `${this.#table}/p=${partition}/${key}`,
      ),
    )
    assert.deepEqual(
      (listed.Contents ?? []).map(({ Key }) => Key!),
      keys.toSorted(),
    )
  }
}

test(
  'what was changed is in every answer from then on, while others change what is theirs',
  { timeout: seconds * 1000 + 280_000 },
  async (t) => {
    const endMs = performance.now() + seconds * 1000
    const work = Array.from({ length: workers }, async (_, index) => {
      const worker = new Worker(`t${index}`)
      await worker.create()
      let rounds = 0
      do {
        const changes = 1 + Math.floor(Math.random() * 3)
        for (let change = 0; change < changes; change += 1) await worker.change()
        await worker.check()
        rounds += 1
      } while (performance.now() < endMs)
      return rounds
    })
    const rounds = await Promise.all(work)
    t.diagnostic(`${rounds.reduce((sum, each) => sum + each, 0)} rounds of changes and questions`)
  },
)
