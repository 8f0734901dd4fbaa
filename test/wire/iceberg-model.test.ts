import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { restClient, type RestClient } from './iceberg-client.ts'

type Type = 'int' | 'long' | 'string' | 'double'
type Value = number | string | null

interface Column {
  readonly id: number
  readonly name: string
  readonly type: Type
}

/** What the table should be: its columns, and its rows by their key, each value under its column's id. */
interface Model {
  columns: Column[]
  rows: Map<number, Map<number, Value>>
}

const steps = 18

/** A small generator of numbers, so that a failure can be seen again: the seed is in its message. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Random evolutions of schema and partitioning, and changes of rows by SQL, beside a model that knows no files. */
describe('an iceberg table and a simple model', () => {
  let lake: AthenaLake
  let rest: RestClient

  before(async () => {
    lake = await startAthenaLake()
    rest = restClient(lake.lake)
    const properties = { location: 's3://data/shop' }
    await rest('POST', '/v1/namespaces', { namespace: ['shop'], properties })
  })
  after(() => lake.lake.stop())

  for (const mode of [
    {},
    { 'format-version': '3' },
    {
      'write.delete.mode': 'copy-on-write',
      'write.update.mode': 'copy-on-write',
      'write.merge.mode': 'copy-on-write',
    },
  ]) {
    it(`are alike after every step: ${JSON.stringify(mode)}`, async () => {
      const seed = Math.floor(Math.random() * 2 ** 31)
      try {
        await drive(seed, mode)
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error })
      }
    })
  }

  async function drive(seed: number, properties: object): Promise<void> {
    const random = randomFrom(seed)
    const table = `t${seed}`
    const path = `/v1/namespaces/shop/tables/${table}`
    const model: Model = {
      columns: [
        { id: 1, name: 'k', type: 'long' },
        { id: 2, name: 'a', type: 'int' },
        { id: 3, name: 'b', type: 'string' },
      ],
      rows: new Map(),
    }
    const made = await rest('POST', '/v1/namespaces/shop/tables', {
      name: table,
      schema: schemaOf(model.columns),
      properties: { 'commit.manifest.min-count-to-merge': '4', ...properties },
    })
    assert.equal(made.status, 200, made.text)
    let lastColumnId = 3
    let names = 0
    const past: { readonly id: bigint; readonly shown: readonly (readonly (string | null)[])[] }[] =
      []
    const pick = <T>(of: readonly T[]): T => of[random(of.length)]!
    const others = () => model.columns.filter(({ name }) => name !== 'k')
    const valueOf = (type: Type): Value => {
      if (random(5) === 0) return null
      if (type === 'string') return `s${random(6)}`
      return type === 'double' ? random(100) / 4 : random(50) - 10
    }
    const update = async (updates: readonly unknown[]) => {
      const { status, text } = await rest('POST', path, { requirements: [], updates })
      assert.equal(status, 200, text)
    }
    const setSchema = async (columns: Column[]) => {
      await update([
        { action: 'add-schema', schema: schemaOf(columns), 'last-column-id': lastColumnId },
        { action: 'set-current-schema', 'schema-id': -1 },
      ])
      model.columns = columns
    }
    const setSpec = async (fields: readonly object[]) =>
      update([
        { action: 'add-spec', spec: { fields } },
        { action: 'set-default-spec', 'spec-id': -1 },
      ])
    const keysWhere = (least: number, most: number) =>
      [...model.rows.keys()].filter((key) => key >= least && key < most)

    const actions: readonly (() => Promise<string>)[] = [
      async () => {
        const rows = Array.from({ length: 1 + random(6) }, () => {
          const key = model.rows.size * 7 + random(1000) + 1000 * names++
          return new Map<number, Value>([
            [1, key],
            ...others().map(({ id, type }) => [id, valueOf(type)] as const),
          ])
        })
        const values = rows.map(
          (row) => `(${model.columns.map((c) => literal(row.get(c.id)!, c.type)).join(', ')})`,
        )
        await lake.run(`INSERT INTO ${table} VALUES ${values.join(', ')}`)
        for (const row of rows) model.rows.set(row.get(1) as number, row)
        return 'insert'
      },
      async () => {
        const least = random(4000)
        await lake.run(`DELETE FROM ${table} WHERE k >= ${least} AND k < ${least + 900}`)
        for (const key of keysWhere(least, least + 900)) model.rows.delete(key)
        return 'delete'
      },
      async () => {
        const column = pick(others())
        const value = valueOf(column.type)
        const least = random(3000)
        await lake.run(
          `UPDATE ${table} SET ${column.name} = ${literal(value, column.type)} WHERE k >= ${least} AND k < ${least + 2000}`,
        )
        for (const key of keysWhere(least, least + 2000)) model.rows.get(key)!.set(column.id, value)
        return 'update'
      },
      async () => {
        const column = pick(others())
        const value = valueOf(column.type)
        const keys = [...model.rows.keys()].filter(() => random(3) === 0).slice(0, 5)
        const fresh = 900_000 + names++
        const source = [...keys, fresh].map((key) => `(BIGINT '${key}')`).join(', ')
        const sql = literal(value, column.type)
        await lake.run(
          `MERGE INTO ${table} t USING (VALUES ${source}) AS s(k) ON t.k = s.k
           WHEN MATCHED THEN UPDATE SET ${column.name} = ${sql}
           WHEN NOT MATCHED THEN INSERT (k, ${column.name}) VALUES (s.k, ${sql})`,
        )
        for (const key of keys) model.rows.get(key)!.set(column.id, value)
        model.rows.set(
          fresh,
          new Map<number, Value>([
            [1, fresh],
            [column.id, value],
          ]),
        )
        return 'merge'
      },
      async () => {
        const type = pick(['int', 'long', 'string', 'double'] as const)
        const column: Column = { id: ++lastColumnId, name: `c${++names}`, type }
        await setSchema([...model.columns, column])
        return 'add a column'
      },
      async () => {
        const column = pick(others())
        const name = `r${++names}`
        await setSchema(model.columns.map((each) => (each === column ? { ...each, name } : each)))
        return 'rename a column'
      },
      async () => {
        const column = others().find(({ type }) => type === 'int')
        if (!column) return 'nothing to promote'
        await setSchema(
          model.columns.map((each) => (each === column ? { ...each, type: 'long' } : each)),
        )
        return 'promote a column'
      },
      async () => {
        if (others().length < 2) return 'nothing to drop'
        const column = pick(others())
        await setSpec([])
        await setSchema(model.columns.filter((each) => each !== column))
        return 'drop a column'
      },
      async () => {
        const [first, ...rest_] = model.columns.toReversed()
        await setSchema([...rest_.toReversed().slice(0, 1), first!, ...rest_.toReversed().slice(1)])
        return 'move a column'
      },
      async () => {
        const column = pick(others())
        const transform =
          column.type === 'double' ? 'identity' : pick(['identity', 'bucket[3]', 'truncate[2]'])
        await setSpec([{ 'source-id': column.id, name: `p${++names}`, transform }])
        return `partition by ${transform} of ${column.type}`
      },
    ]

    const done: string[] = []
    for (let step = 0; step < steps; step++) {
      // Rows first, and often: without any there is nothing to lose.
      const action = step < 2 ? actions[0]! : pick([...actions, actions[0]!, actions[2]!])
      done.push(await action())
      const shown = await show(model.columns, table)
      assert.deepEqual(shown, expected(model), done.join(', '))
      const { json } = await rest('GET', path)
      const id = json.metadata['current-snapshot-id'] as bigint | number | undefined
      if (id !== undefined && id !== -1 && random(4) === 0) {
        past.push({ id: BigInt(id), shown: await show(undefined, table, BigInt(id)) })
      }
    }
    for (const { id, shown } of past) {
      assert.deepEqual(await show(undefined, table, id), shown, `snapshot ${id} has changed`)
    }
  }

  const show = (columns: readonly Column[] | undefined, table: string, id?: bigint) => {
    const names = columns?.map(({ name }) => name).join(', ') ?? '*'
    const version = id === undefined ? '' : ` FOR VERSION AS OF ${id}`
    return lake.run(`SELECT ${names} FROM ${table}${version} ORDER BY k`)
  }
})

function schemaOf(columns: readonly Column[]): object {
  return {
    type: 'struct',
    fields: columns.map(({ id, name, type }) => ({ id, name, type, required: false })),
  }
}

function literal(value: Value, type: Type): string {
  const sqlType = { int: 'INTEGER', long: 'BIGINT', string: 'VARCHAR', double: 'DOUBLE' }[type]
  if (value === null) return `CAST(NULL AS ${sqlType})`
  return type === 'string' ? `'${value}'` : `CAST(${value} AS ${sqlType})`
}

function expected({ columns, rows }: Model): readonly (readonly (string | null)[])[] {
  return [...rows.entries()]
    .toSorted(([a], [b]) => a - b)
    .map(([, row]) =>
      columns.map(({ id, type }) => {
        const value = row.get(id) ?? null
        if (value === null) return null
        return type === 'double' && Number.isInteger(value) ? `${value}.0` : String(value)
      }),
    )
}
