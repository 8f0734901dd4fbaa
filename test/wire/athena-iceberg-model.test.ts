import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { restClient } from './iceberg-client.ts'
import { startIcebergLake } from './iceberg-lake.ts'

/** Numbers that look random and are the same in each run: Knuth's MMIX generator. */
function generator(seed: number): (below: number) => number {
  let state = BigInt(seed)
  return (below) => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n
    return Number((state >> 33n) % BigInt(below))
  }
}

type Value = number | string | null
interface Column {
  name: string
  type: 'int' | 'bigint' | 'string'
}

/** A table as lists of values: what every statement must leave behind. */
interface Model {
  columns: Column[]
  rows: Map<number, Value[]>
  nextKey: number
  nextName: number
}

type Lake = Awaited<ReturnType<typeof startIcebergLake>>

/** One table and its model, changed alike by one random step after the other. */
class Walk {
  readonly #lake: Lake
  readonly #table: string
  readonly #random: (below: number) => number
  readonly model: Model = {
    columns: [
      { name: 'k', type: 'int' },
      { name: 'a', type: 'int' },
      { name: 's', type: 'string' },
    ],
    rows: new Map(),
    nextKey: 0,
    nextName: 0,
  }

  constructor(lake: Lake, table: string, seed: number) {
    this.#lake = lake
    this.#table = table
    this.#random = generator(seed)
  }

  async step(): Promise<string> {
    const steps = [
      this.#insert,
      this.#insert,
      this.#update,
      this.#update,
      this.#delete,
      this.#merge,
      this.#addColumn,
      this.#dropColumn,
      this.#rename,
      this.#promote,
      this.#repartition,
      this.#mode,
    ]
    const sql = await steps[this.#random(steps.length)]!.call(this)
    if (sql.startsWith('spec')) return sql
    await this.#lake.run(sql)
    return sql
  }

  async check(what: string, isPruned: boolean): Promise<void> {
    const { columns, rows } = this.model
    const list = columns.map(({ name }) => name).join(', ')
    const shown = [...rows.values()].map((row) =>
      row.map((value) => (value === null ? null : String(value))),
    )
    const found = await this.#lake.run(`SELECT ${list} FROM ${this.#table} ORDER BY k`)
    assert.deepEqual(found, shown, what)
    if (!isPruned) return
    // The same rows when files are passed over.
    const key = this.#random(this.model.nextKey + 1)
    const row = rows.get(key)
    const one = await this.#lake.run(`SELECT ${list} FROM ${this.#table} WHERE k = ${key}`)
    assert.deepEqual(
      one,
      row ? [row.map((value) => (value === null ? null : String(value)))] : [],
      what,
    )
  }

  #value({ type }: Column): Value {
    if (this.#random(4) === 0) return null
    const number = this.#random(1000)
    return type === 'string' ? `v${number % 7}` : number
  }

  #sql(value: Value): string {
    return value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value}'`
  }

  /** A column other than the key; undefined when there is none. */
  #other(): number | undefined {
    const count = this.model.columns.length - 1
    return count === 0 ? undefined : 1 + this.#random(count)
  }

  async #insert(): Promise<string> {
    const { model } = this
    const lines: string[] = []
    for (let count = 1 + this.#random(5); count > 0; count--) {
      const row = model.columns.map((column, at) =>
        at === 0 ? model.nextKey : this.#value(column),
      )
      model.rows.set(model.nextKey++, row)
      const typed = row.map((value, at) => {
        const type = { int: 'integer', bigint: 'bigint', string: 'varchar' }[
          model.columns[at]!.type
        ]
        return `CAST(${this.#sql(value)} AS ${type})`
      })
      lines.push(`(${typed.join(', ')})`)
    }
    return `INSERT INTO ${this.#table} VALUES ${lines.join(', ')}`
  }

  /** A condition on the key, and the rows that it holds for. */
  #some(): { sql: string; keys: number[] } {
    const [by, rest] = [2 + this.#random(3), this.#random(2)]
    const keys = [...this.model.rows.keys()].filter((key) => key % by === rest)
    return { sql: `k % ${by} = ${rest}`, keys }
  }

  async #update(): Promise<string> {
    const at = this.#other()
    if (at === undefined) return this.#insert()
    const { sql, keys } = this.#some()
    const value = this.#value(this.model.columns[at]!)
    for (const key of keys) this.model.rows.get(key)![at] = value
    return `UPDATE ${this.#table} SET ${this.model.columns[at]!.name} = ${this.#sql(value)} WHERE ${sql}`
  }

  async #delete(): Promise<string> {
    const { sql, keys } = this.#some()
    const few = keys.slice(0, 3)
    for (const key of few) this.model.rows.delete(key)
    return `DELETE FROM ${this.#table} WHERE ${sql} AND k <= ${few.at(-1) ?? -1}`
  }

  async #merge(): Promise<string> {
    const at = this.#other()
    if (at === undefined) return this.#insert()
    const { model } = this
    const { columns, rows } = model
    const known = [...rows.keys()][this.#random(rows.size || 1)]
    const gone = [...rows.keys()].findLast((key) => key !== known)
    const fresh = model.nextKey++
    const value = this.#value(columns[at]!)
    if (known !== undefined) rows.get(known)![at] = value
    if (gone !== undefined && known !== undefined) rows.delete(gone)
    rows.set(
      fresh,
      columns.map((_, each) => (each === 0 ? fresh : each === at ? value : null)),
    )
    const source = [
      `(${fresh}, 'new')`,
      ...(known === undefined ? [] : [`(${known}, 'set')`]),
      ...(gone === undefined || known === undefined ? [] : [`(${gone}, 'gone')`]),
    ]
    const name = columns[at]!.name
    return `MERGE INTO ${this.#table} t USING (VALUES ${source.join(', ')}) AS c(k, what) ON t.k = c.k
      WHEN MATCHED AND c.what = 'gone' THEN DELETE WHEN MATCHED THEN UPDATE SET ${name} = ${this.#sql(value)}
      WHEN NOT MATCHED THEN INSERT (k, ${name}) VALUES (c.k, ${this.#sql(value)})`
  }

  async #addColumn(): Promise<string> {
    const { model } = this
    if (model.columns.length > 6) return this.#insert()
    // A name that was dropped before may come back: its old values must not.
    const free = ['a', 's', 'x', 'y'].find(
      (name) => !model.columns.some((column) => column.name === name),
    )
    const name = free ?? `n${model.nextName++}`
    const type = (['int', 'bigint', 'string'] as const)[this.#random(3)]!
    model.columns.push({ name, type })
    for (const row of model.rows.values()) row.push(null)
    return `ALTER TABLE ${this.#table} ADD COLUMNS (${name} ${type})`
  }

  async #dropColumn(): Promise<string> {
    const { model } = this
    const at = this.#other()
    // The one that the table may be parted by stays.
    if (at === undefined || model.columns[at]!.name === 's' || model.columns.length < 4) {
      return this.#insert()
    }
    const [column] = model.columns.splice(at, 1)
    for (const row of model.rows.values()) row.splice(at, 1)
    return `ALTER TABLE ${this.#table} DROP COLUMN ${column!.name}`
  }

  async #rename(): Promise<string> {
    const at = this.#other()
    if (at === undefined || this.model.columns[at]!.name === 's') return this.#insert()
    const column = this.model.columns[at]!
    const before = column.name
    column.name = `r${this.model.nextName++}`
    return `ALTER TABLE ${this.#table} CHANGE COLUMN ${before} ${column.name} ${column.type}`
  }

  async #promote(): Promise<string> {
    const column = this.model.columns.find(({ type }) => type === 'int')
    if (!column) return this.#insert()
    column.type = 'bigint'
    return `ALTER TABLE ${this.#table} CHANGE ${column.name} ${column.name} bigint`
  }

  /** SQL of Athena evolves no partitions: the REST catalog does. */
  async #repartition(): Promise<string> {
    const fields = [
      [],
      [{ 'source-id': 1, name: 'k_bucket', transform: 'bucket[3]' }],
      [{ 'source-id': 1, name: 'k_trunc', transform: 'truncate[10]' }],
      [
        { 'source-id': 3, name: 's', transform: 'identity' },
        { 'source-id': 1, name: 'k_bucket', transform: 'bucket[2]' },
      ],
    ][this.#random(4)]!
    const rest = restClient(this.#lake.lake)
    const { status, text } = await rest('POST', `/v1/namespaces/shop/tables/${this.#table}`, {
      requirements: [],
      updates: [
        { action: 'add-spec', spec: { fields } },
        { action: 'set-default-spec', 'spec-id': -1 },
      ],
    })
    assert.equal(status, 200, text)
    return `spec ${JSON.stringify(fields)}`
  }

  async #mode(): Promise<string> {
    const how = this.#random(2) === 0 ? 'merge-on-read' : 'copy-on-write'
    const properties = ['delete', 'update', 'merge'].map((what) => `'write.${what}.mode'='${how}'`)
    return `ALTER TABLE ${this.#table} SET TBLPROPERTIES (${properties.join(', ')})`
  }
}

describe('an Iceberg table under random statements, against a model after each', () => {
  let lake: Lake
  before(async () => {
    lake = await startIcebergLake()
  })
  after(() => lake.lake.stop())

  for (const [version, seed] of [
    [2, 11],
    [3, 8],
  ] as const) {
    it(`format ${version}, seed ${seed}`, async () => {
      const table = `walk${version}`
      await lake.run(
        `CREATE TABLE ${table} (k int, a int, s string) LOCATION 's3://data/${table}' TBLPROPERTIES ('table_type'='ICEBERG', 'format-version'='${version}')`,
      )
      const walk = new Walk(lake, table, seed)
      const done: string[] = []
      const counts = new Map<string, number>()
      for (let step = 0; step < 18; step++) {
        done.push(await walk.step())
        await walk.check(`after: ${done.join('\n')}`, step % 3 === 0)
        if (step % 4 > 0) continue
        const [current] = await lake.run(`SELECT snapshot_id FROM "${table}$refs"`)
        if (current) counts.set(current[0]!, walk.model.rows.size)
      }
      // What was, is.
      for (const [id, count] of counts) {
        const found = await lake.run(`SELECT count(*) FROM ${table} FOR VERSION AS OF ${id}`)
        assert.deepEqual(found, [[String(count)]])
      }
    })
  }
})
